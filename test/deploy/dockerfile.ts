/** Reads a Dockerfile, and what its linter has to say. */
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';

export function instructionsOf(text: string): Instruction[] {
  return DockerfileParser.parse(text).getInstructions();
}

export function argumentsOf(instruction: Instruction): string[] {
  return instruction.getArguments().map((argument) => argument.getValue());
}

/** The words of an instruction in exec form; `null`: a shell would read it. */
export function execForm(instruction: Instruction): string[] | null {
  const [, json] = /^(?:.*\bCMD\s+)?(\[.*\])$/s.exec(instruction.getRawArgumentsContent() ?? '') ?? [];
  return json === undefined ? null : (JSON.parse(json) as string[]);
}

/** What would not build, then what builds and should not be run. */
export function dockerfileFaults(text: string): string[] {
  const syntax = validate(text).map(
    ({ message, range }) =>
      `line ${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`,
  );
  return syntax.length > 0 ? syntax : habits(instructionsOf(text));
}

function habits(instructions: Instruction[]): string[] {
  const of = (keyword: string) => instructions.filter((instruction) => instruction.getKeyword() === keyword);
  const stages = new Set(of('FROM').map((from) => argumentsOf(from)[2]));
  const [user = 'root'] = of('USER').slice(-1).flatMap(argumentsOf);
  return [
    ...of('FROM')
      .map((from) => argumentsOf(from)[0] ?? '')
      .filter((image) => !stages.has(image) && !/:(?!latest$)[^/]+$|@sha256:/.test(image))
      .map((image) => `FROM ${image}: expected a tag that says which version`),
    ...of('ADD').map(() => 'ADD: expected COPY, which neither downloads nor unpacks'),
    ...(/^[1-9]\d*(:[1-9]\d*)?$/.test(user)
      ? []
      : [`USER ${user}: expected a number other than 0, which Kubernetes can tell from root`]),
    ...['CMD', 'ENTRYPOINT', 'HEALTHCHECK']
      .flatMap(of)
      .filter((instruction) => execForm(instruction) === null)
      .map((instruction) => `${instruction.getKeyword()}: expected the exec form, so that signals arrive`),
  ];
}

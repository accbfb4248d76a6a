/**
 * Refusals of a request's shape, in the words Auth0 uses: z-schema's own texts, each wrapped with the property and
 * its description, all of them joined into one message.
 */
import ZSchema from 'z-schema';
import { badRequest } from './errors.ts';
import { type Schema, selectableFields } from './schemas.ts';

/** The part of a request that is validated: how its refusals begin and which errorCode they carry. */
export type RequestPart = { readonly title: string; readonly errorCode: string };

export const payload: RequestPart = { title: 'Payload validation error', errorCode: 'invalid_body' };
export const path: RequestPart = { title: 'Path validation error', errorCode: 'invalid_uri' };
export const query: RequestPart = { title: 'Query validation error', errorCode: 'invalid_query_string' };

/** @throws ApiError 400 that names everything wrong with the value. */
export function assertValid(part: RequestPart, value: unknown, schema: Schema): void {
  const validator = new ZSchema({});
  if (validator.validate(value, schema)) return;
  throw invalid(part, ...describe(part, mergeUnknownProperties(validator.getLastErrors())));
}

/** The refusal with these texts, for rules a schema cannot say. */
export function invalid(part: RequestPart, ...texts: readonly string[]): Error {
  return badRequest(texts.join(' (also) '), part.errorCode);
}

type Detail = ZSchema.SchemaErrorDetail;

function describe(part: RequestPart, details: readonly Detail[]): readonly string[] {
  return details.map(
    (detail) => `${part.title}: '${words(part, detail)}'${place(detail)}.${inner(part, detail)}`,
  );
}

function words(part: RequestPart, detail: Detail): string {
  const [first = '', second = ''] = detail.params;
  switch (detail.code) {
    case 'ENUM_MISMATCH':
      return `Invalid value "${first}"`;
    case 'ANY_OF_MISSING':
      return 'None of the valid schemas were met';
    case 'OBJECT_ADDITIONAL_PROPERTIES':
      return part === payload ? `${detail.message} ${storeElsewhere}` : detail.message;
    case 'PATTERN':
      if (detail.path === '#/fields') {
        return `String '${second}' does not match pattern. Must be a comma separated list of the following values: ${selectableFields.join(',')}`;
      }
      // In a body's refusal the live API prints the pattern's backslashes twice, in a path's once.
      return part === payload
        ? `String does not match pattern ${first.replaceAll('\\', '\\\\')}: ${second}`
        : detail.message;
    default:
      return detail.message;
  }
}

const storeElsewhere =
  '(consider storing them in app_metadata or user_metadata. See "Users Metadata" in https://auth0.com/docs/api/v2/changes for more details)';

function place({ path: pointer, description, code }: Detail): string {
  const property = pointer
    .replace(/^#\//, '')
    .replaceAll('/', '.')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
  if (property === '' || code === 'ANY_OF_MISSING') return '';
  return ` on property ${property}${description ? ` (${description})` : ''}`;
}

function inner(part: RequestPart, { inner: details }: Detail): string {
  return details?.length ? ` Inner errors: [ ${describe(part, details).join(' (also) ')} ].` : '';
}

/** z-schema reports each unknown property by itself; Auth0 names them together. */
function mergeUnknownProperties(details: readonly Detail[]): readonly Detail[] {
  const isUnknownProperty = ({ code }: Detail) => code === 'OBJECT_ADDITIONAL_PROPERTIES';
  const unknown = details.filter(isUnknownProperty);
  const [first] = unknown;
  if (!first) return details;
  const names = unknown.flatMap(({ params }) => params).join(',');
  const merged = { ...first, message: `Additional properties not allowed: ${names}` };
  return details.flatMap((detail) =>
    detail === first ? [merged] : isUnknownProperty(detail) ? [] : [detail],
  );
}

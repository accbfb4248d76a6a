import { readdirSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/config.ts';
import { type Setting, settings } from '../../src/config/settings.ts';
import { closingMs, drainMs, flushMs } from '../../src/stopping.ts';
import { argumentsOf, instructionsOf } from './dockerfile.ts';
import { manifestFaults } from './manifest-faults.ts';
import { kustomization, manifests, read } from './manifests.ts';

const { metadata, spec } = manifests.get('deployment.yaml') as IDeployment;
const pod = spec?.template.spec;
const container = pod?.containers[0];
const mine = { 'app.kubernetes.io/name': 'users-gateway' };

const instructions = instructionsOf(
  readFileSync(new URL('../../deploy/Dockerfile', import.meta.url), 'utf8'),
);
const word = (keyword: string) =>
  instructions
    .filter((instruction) => instruction.getKeyword() === keyword)
    .flatMap(argumentsOf)
    .at(-1);

const inFile = parseEnv(read('settings.env')) as Record<string, string>;
const inContainer = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value ?? '']));

describe('the manifests', () => {
  test.for([...manifests.keys()])('%s is one that Kubernetes takes, to the last field', (name) => {
    expect(manifestFaults(manifests.get(name))).toEqual([]);
  });

  test('all are applied, but for the example of a secret', () => {
    expect([...kustomization.resources, 'secret.example.yaml'].toSorted()).toEqual(
      [...manifests.keys()].toSorted(),
    );
    expect(readdirSync(new URL('../../deploy/kubernetes', import.meta.url))).toEqual(
      expect.arrayContaining(kustomization.configMapGenerator.flatMap(({ envs }) => envs)),
    );
    expect(kustomization.images).toMatchObject([{ name: container?.image }]);
  });

  test('the example of a secret holds none', () => {
    const { stringData } = manifests.get('secret.example.yaml') as { stringData: Record<string, string> };
    for (const example of Object.values(stringData)) expect(example).toContain('replace-me');
  });
});

/** There are none to check. */
const checks = { userFields: () => [], documents: { faultOf: () => null } };

describe('the settings in them', () => {
  test('are settings of the gateway', () => {
    const known = settings.flatMap(({ name, secret }: Setting) => (secret ? [name, `${name}_FILE`] : [name]));
    expect(known).toEqual(expect.arrayContaining(Object.keys({ ...inFile, ...inContainer })));
  });

  test('are taken by the gateway, together with what the image sets', () => {
    const readFile = (path: string) => {
      const [, key = ''] = path.split('/run/secrets/users-gateway/');
      return (
        (manifests.get('secret.example.yaml') as { stringData: Record<string, string> }).stringData[key] ?? ''
      );
    };
    const config = readConfig({ HOST: '0.0.0.0', ...inFile, ...inContainer }, { ...checks, readFile });
    expect(config).toMatchObject({
      tenant: { kind: 'tenant', clientSecret: 'replace-me' },
      redisUrl: expect.stringMatching('^redis://'),
      ignored: [],
    });
  });

  test('hold no secret', () => {
    const secrets = settings.filter((setting: Setting) => setting.secret).map(({ name }) => name);
    for (const name of secrets) expect({ ...inFile, ...inContainer }).not.toHaveProperty([name]);
  });
});

describe('the Pods', () => {
  test('are given the time that a stopped gateway takes', () => {
    const { operationTimeoutMs } = readConfig(
      { OPERATION_TIMEOUT_MS: inFile['OPERATION_TIMEOUT_MS'] },
      checks,
    );
    const given = (pod?.terminationGracePeriodSeconds ?? 0) * 1000;
    expect(given).toBeGreaterThanOrEqual(drainMs + closingMs(operationTimeoutMs) + flushMs + 5_000);
  });

  test('may do nothing that they need not', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const { runAsUser, runAsGroup } = pod?.securityContext ?? {};
    expect(`${runAsUser}:${runAsGroup}`).toBe(word('USER'));
  });

  test('are asked for life and readiness where the gateway answers', () => {
    expect(container).toMatchObject({
      livenessProbe: { httpGet: { path: '/livez', port: 'http' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
    });
  });

  test('have the ports that the image exposes, as the gateway takes them by itself', () => {
    const exposed = instructions
      .filter((instruction) => instruction.getKeyword() === 'EXPOSE')
      .flatMap(argumentsOf)
      .map(Number);
    const { listen, metricsPort } = readConfig(
      { ...inFile, ...inContainer },
      { ...checks, readFile: () => 'redis://redis' },
    );
    expect(exposed).toEqual([listen.port, metricsPort]);
    expect(container?.ports).toMatchObject([
      { name: 'http', containerPort: listen.port },
      { name: 'metrics', containerPort: metricsPort },
    ]);
    expect(spec?.template.metadata?.annotations).toMatchObject({
      'prometheus.io/port': String(metricsPort),
    });
  });

  test('are what the others speak of', () => {
    expect(spec).toMatchObject({ selector: { matchLabels: mine }, template: { metadata: { labels: mine } } });
    expect(pod?.serviceAccountName).toBe('users-gateway');
    expect(manifests.get('service.yaml')).toMatchObject({
      spec: { selector: mine, ports: [{ targetPort: 'http' }, { targetPort: 'metrics' }] },
    });
    expect(manifests.get('disruption-budget.yaml')).toMatchObject({
      spec: { selector: { matchLabels: mine } },
    });
    expect(manifests.get('network-policy.yaml')).toMatchObject({
      spec: {
        podSelector: { matchLabels: mine },
        ingress: [{ ports: [{ port: 'http' }] }, { ports: [{ port: 'metrics' }] }],
      },
    });
    expect(manifests.get('autoscaler.yaml')).toMatchObject({
      spec: { scaleTargetRef: { kind: 'Deployment', name: metadata?.name } },
    });
    expect(spec).not.toHaveProperty('replicas');
    expect(spec?.strategy?.rollingUpdate).toMatchObject({ maxUnavailable: 0 });
  });
});

test.for<[what: string, file: string, from: string, to: string, told: RegExp]>([
  [
    'a misspelt field',
    'deployment.yaml',
    'readinessProbe',
    'readynessProbe',
    /\/readynessProbe: no such field/,
  ],
  [
    'a field in the wrong place',
    'service.yaml',
    'spec:\n  type: ClusterIP',
    'type: ClusterIP\nspec:',
    /^\/type: no such field/,
  ],
  ['a text for a number', 'deployment.yaml', 'periodSeconds: 2', 'periodSeconds: 2s', /periodSeconds: type/],
  ['a field that is missing', 'autoscaler.yaml', '  maxReplicas: 6\n', '', /\/spec: required .*maxReplicas/],
  ['an amount that is none', 'deployment.yaml', '512Mi', '512 MB', /memory: /],
  ['a version that there is not', 'autoscaler.yaml', 'autoscaling/v2', 'autoscaling/v9', /autoscaling\/v9/],
])('%s is told', ([, file, from, to, told]) => {
  const broken = read(file).replace(from, to);
  expect(broken).not.toBe(read(file));
  expect(manifestFaults(parse(broken)).join('\n')).toMatch(told);
});

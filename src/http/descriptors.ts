/**
 * How many connections may be open at once: as many as the process may have files open, without those that it needs to
 * do anything about them. A client beyond is turned away before it has asked for anything, rather than served by a
 * gateway that can reach nobody.
 */
export function mostConnections(openFiles: number): number {
  return Math.max(openFiles - ownFiles, Math.floor(openFiles / 4));
}

/** Connections to Auth0 (50), to the issuer and to Redis, streams, and what Node keeps open itself. */
const ownFiles = 128;

let limit: number | undefined;

/** The limit of this process (RLIMIT_NOFILE), which stays as it is; infinite where there is none. */
export function openFilesLimit(): number {
  if (limit === undefined) {
    const { userLimits } = process.report.getReport() as Report;
    const soft = userLimits?.open_files?.soft;
    limit = typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY;
  }
  return limit;
}

/** A part of Node's diagnostic report. */
type Report = { readonly userLimits?: { readonly open_files?: { readonly soft: number | string } } };

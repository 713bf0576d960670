/** An answer that is no success: RFC 9457, with the short name of its type ("not-found"). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    readonly detail: string,
    readonly requestId: string,
    readonly faults: readonly { pointer: string; sentence: string }[] = [],
  ) {
    super(kind);
  }

  /** Nobody is signed in here any more. */
  get sessionOver(): boolean {
    return this.status === 401 && !this.needsStepUp;
  }

  /** The same person must show a second factor again. */
  get needsStepUp(): boolean {
    return this.kind === 'insufficient-user-authentication';
  }
}

/** No answer came: the line, or the gateway, is away. */
export class NoAnswer extends Error {}

const PREFIX = 'urn:callvault:problem:';

interface Said {
  type?: string;
  detail?: string;
  request_id?: string;
  faults?: { pointer: string; sentence: string }[];
}

export async function problemFrom(response: Response): Promise<Problem> {
  let said: Said = {};
  try {
    said = (await response.json()) as Said;
  } catch {
    // A proxy's own page, or nothing: the status alone has to do.
  }
  const kind = said.type?.startsWith(PREFIX) ? said.type.slice(PREFIX.length) : `status-${response.status}`;
  return new Problem(response.status, kind, said.detail ?? '', said.request_id ?? '', said.faults ?? []);
}

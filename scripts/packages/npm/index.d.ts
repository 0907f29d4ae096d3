import type { PostFaults, PostJournalVerify, PostSignIns, PostTenants } from './door.js';

export * from './door.js';

/** A server, or one of its tenants: what is said to it concerns no other. */
export interface Makeshift {
  readonly issuer: string;
  readonly clock: {
    advance(by: string | number): Promise<object>;
    set(instant: string, freeze?: boolean): Promise<object>;
    resume(): Promise<object>;
  };
  /** A call of the control door, below /_makeshift/, and what it answers. A refusal is thrown, with its `answer`. */
  tell(method: string, path: string, body?: object): Promise<any>;
  tenant(tenant?: PostTenants): Promise<Makeshift>;
  signIn(signIn: PostSignIns): Promise<object>;
  fault(fault: string | PostFaults): Promise<object>;
  /** Throws when it is not so. */
  verify(verification: PostJournalVerify): Promise<{ seen: number; entries: number[] }>;
  reset(): Promise<object>;
  /** Ends the server, or deletes the tenant. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** A fixture, or the path of its file. */
  fixture?: object | string;
  seed?: number;
  clock?: string;
  /** More options of the command line. */
  args?: string[];
}

export function start(options?: StartOptions): Promise<Makeshift>;

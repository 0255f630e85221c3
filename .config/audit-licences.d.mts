interface LockedPackage {
  readonly license?: string | undefined;
  readonly version?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

export function auditLicences(lock: { readonly packages: Readonly<Record<string, LockedPackage>> }): {
  readonly counts: Readonly<Record<'installed' | 'development', Readonly<Record<string, number>>>>;
  readonly problems: readonly string[];
};

/** The passwords in the URL of a database. PostgreSQL's driver reads one from the query as well. */
export function passwordsIn({ password, searchParams }: URL): readonly string[] {
  return [...(password === '' ? [] : [password]), ...searchParams.getAll('password')];
}

/** A URL for people to read. */
export function withoutPasswords(text: string): string {
  const url = new URL(text);
  if (url.password !== '') url.password = '***';
  if (url.searchParams.has('password')) url.searchParams.set('password', '***');
  return url.href;
}

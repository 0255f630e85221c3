/** The package has no types of its own. */
declare module 'proxy-from-env' {
  /** The URL of the proxy for a URL, by the variables of the environment; empty if there is none. */
  export function getProxyForUrl(url: string): string;
}

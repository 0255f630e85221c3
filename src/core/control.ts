import type { Json, JsonObject } from './body.js';

/**
 * Something that can be done to understudy itself, such as moving a clock. Each is written once and offered alike by the
 * control surface, as an MCP tool, on the command line and in the library.
 */
export interface Control {
  /** Two words, e.g. `clock.advance`: its path is `/__understudy/clock/advance`, its tool `clock-advance`. */
  readonly name: string;
  readonly description: string;
  /** Whether it changes anything; what only looks is a GET. */
  readonly changes: boolean;
  /** Its inputs as JSON Schema properties, each with a description, and which of them are needed. */
  readonly input: {
    readonly properties: Readonly<Record<string, JsonObject>>;
    readonly required?: readonly string[];
  };
  /**
   * @param account the world that is meant; absent: the default one
   * @param input checked against `input`
   * @throws UnderstudyError when it cannot be done
   */
  run(account: string | undefined, input: JsonObject): Json | Promise<Json>;
}

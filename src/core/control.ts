import type { Json, JsonObject } from './body.js';

/** An action on understudy itself, such as advancing a clock. Offered over HTTP, MCP, the command line and the library. */
export interface Control {
  /** Two words, e.g. `clock.advance`: the path is `/__understudy/clock/advance`, the tool is `clock-advance`. */
  readonly name: string;
  readonly description: string;
  /** Whether it changes anything. A control that does not can also be called with GET. */
  readonly changes: boolean;
  /** Whether it adds data, so that it is refused while memory is short. */
  readonly grows?: boolean;
  /** Whether it is about the server, and not about the world of its caller. */
  readonly isOfServer?: boolean;
  /**
   * Whether its input or its result may be larger than a string can be. Lists in the result need not be arrays, but can be
   * anything that can be iterated.
   */
  readonly isLarge?: boolean;
  /** The inputs as JSON Schema properties, each with a description. */
  readonly input: {
    readonly properties: Readonly<Record<string, JsonObject>>;
    readonly required?: readonly string[];
  };
  /**
   * @param account the account SID of the world; default: the default world
   * @param input valid by the schema
   * @throws UnderstudyError when it fails
   */
  run(account: string | undefined, input: JsonObject): Json | Promise<Json>;
}

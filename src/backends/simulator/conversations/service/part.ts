/** The three settings of a service. They have a fixed path and no SID, are stored in the service, and can be fetched and updated. */
import type { JsonObject } from '../../../../core/body.js';
import type { Context, View } from '../../kernel/context.js';
import { readFields, type Fields, type FormOf } from '../../kernel/fields.js';
import { okValue } from '../../kernel/handler.js';
import type { Resource } from '../../kernel/product.js';
import { emptyUpdate } from '../../kernel/twilio-error.js';
import { serviceOf, services, type ServiceRecord } from './record.js';

export interface PartDefinition<F extends Fields> {
  readonly noun: string;
  readonly descriptions: Readonly<Record<string, string>>;
  readonly form: F;
  changes(service: ServiceRecord, form: FormOf<F>, ctx: Context): Partial<ServiceRecord>;
  render(service: ServiceRecord, view: View): JsonObject;
}

export function definePart<F extends Fields>(part: PartDefinition<F>): Resource {
  return {
    noun: part.noun,
    scopes: ['service'],
    descriptions: part.descriptions,
    handlers: {
      fetch: (ctx) => okValue(part.render(serviceOf(ctx), ctx)),
      update(ctx) {
        const before = serviceOf(ctx);
        const form = readFields(part.form, ctx.call.form);
        if (Object.keys(form).length === 0) throw emptyUpdate();
        // The parts have no dates. That the service's date changes with them is inferred.
        const changes = { dateUpdated: ctx.world.now(), ...part.changes(before, form, ctx) };
        return okValue(part.render(ctx.world.update(services, before, changes), ctx));
      },
    },
  };
}

/** The three settings of a service have a fixed place and no SID: they are fetched and updated, and live in its record. */
import type { JsonObject } from '../../../../core/body.js';
import type { Context, View } from '../../kernel/context.js';
import { readForm, type Fields, type FormOf } from '../../kernel/fields.js';
import type { ServiceRecord } from '../records.js';
import { services } from '../tables.js';
import { okValue, type Handler } from '../../kernel/handler.js';
import { refuse } from '../../kernel/twilio-error.js';

export interface PartDefinition<F extends Fields> {
  readonly form: F;
  changes(record: ServiceRecord, form: FormOf<F>, ctx: Context): Partial<ServiceRecord>;
  render(record: ServiceRecord, view: View): JsonObject;
}

/** Fetch and update of a service's part. An update without any parameter is refused, as everywhere. */
export function servicePart<F extends Fields>(part: PartDefinition<F>): { fetch: Handler; update: Handler } {
  return {
    fetch: (ctx) => okValue(part.render(ctx.service, ctx)),
    update(ctx) {
      const before = ctx.service;
      const form = readForm(part.form, ctx.call.form);
      if (Object.keys(form).length === 0) throw refuse(20161);
      // The parts show no dates of their own; that the service's moves with them is inferred.
      const changes = { dateUpdated: ctx.world.now(), ...part.changes(before, form, ctx) };
      return okValue(part.render(ctx.world.update(services, before, changes), ctx));
    },
  };
}

/** What happens in a world by itself as time goes on: timers of conversations, and receipts on their way. */
import { deliveryEvent } from './event.js';
import type { ConversationRecord, ReceiptRecord } from './records.js';
import { conversations, receipts } from './tables.js';
import { timeOut } from './conversation/rules.js';
import { moveReceipt } from './receipt/receipt.js';
import type { Due } from '../kernel/timeline.js';
import type { World } from '../kernel/world.js';

/** The first thing that is due in a world. */
export function nextDue(world: World): Due | undefined {
  const [conversation] = world.records(conversations).list('due', '').slice(0, 1);
  const [receipt] = world.records(receipts).list('due', '').slice(0, 1);
  const timer = conversation === undefined ? undefined : dueTimer(world, conversation);
  const step = receipt === undefined ? undefined : dueStep(world, receipt);
  if (timer === undefined || step === undefined) return timer ?? step;
  return timer.at <= step.at ? timer : step;
}

function dueTimer(world: World, conversation: ConversationRecord): Due {
  const { due } = conversation.timers;
  return {
    at: due?.at ?? 0,
    run: () => timeOut(world, conversation, due?.state ?? 'inactive'),
  };
}

function dueStep(world: World, receipt: ReceiptRecord): Due {
  const [step] = receipt.plan;
  return {
    at: step?.at ?? 0,
    run() {
      if (step === undefined) return;
      world.emit(deliveryEvent(moveReceipt(world, receipt, step.status, step.errorCode, receipt.plan.slice(1))));
    },
  };
}

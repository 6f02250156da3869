import { ponder } from "ponder:registry";
import { liveValue, transfer } from "ponder:schema";

ponder.on("ImpactInstruments:Transfer" as any, async ({ event, context }: any) => {
  const { sender, receiver, id, amount } = event.args;
  const row = { id: event.id, block: event.block.number, positionId: id, sender, receiver, units: amount };
  await context.db.insert(transfer).values(row);
});

ponder.on("OutcomeOracle:LiveValueReported" as any, async ({ event, context }: any) => {
  const { metricId, value, observedAt } = event.args;
  await context.db.insert(liveValue).values({ id: event.id, block: event.block.number, metricId, value, observedAt });
});

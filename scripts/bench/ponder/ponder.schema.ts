import { index, onchainTable } from "ponder";

export const transfer = onchainTable(
  "transfer",
  (t) => ({
    id: t.text().primaryKey(),
    block: t.bigint().notNull(),
    positionId: t.bigint().notNull(),
    sender: t.hex().notNull(),
    receiver: t.hex().notNull(),
    units: t.bigint().notNull(),
  }),
  (table) => ({
    position: index().on(table.positionId),
    sender: index().on(table.sender),
    receiver: index().on(table.receiver),
  }),
);

export const liveValue = onchainTable(
  "live_value",
  (t) => ({
    id: t.text().primaryKey(),
    block: t.bigint().notNull(),
    metricId: t.hex().notNull(),
    value: t.bigint().notNull(),
    observedAt: t.bigint().notNull(),
  }),
  (table) => ({ metric: index().on(table.metricId) }),
);

import { createConfig } from "ponder";
import world from "./world.json";

const chain = "local";

export default createConfig({
  chains: { [chain]: { id: world.chainId, rpc: world.rpc } },
  contracts: {
    OutcomeOracle: { chain, ...world.outcomeOracle, startBlock: world.startBlock },
    ImpactInstruments: { chain, ...world.impactInstruments, startBlock: world.startBlock },
  },
} as any);

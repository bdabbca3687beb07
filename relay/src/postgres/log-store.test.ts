// The store in PostgreSQL against what every store promises.

import { afterAll, beforeAll, describe } from "vitest";
import {
  describeLogStore,
  type StoreUnderTest,
} from "../testing/log-store-contract.ts";
import {
  findPostgres,
  startPostgres,
  type PostgresCluster,
} from "../testing/postgres-cluster.ts";
import { createPostgresStores } from "../testing/postgres-stores.ts";

const bin = findPostgres();

describe.skipIf(bin === undefined)("PostgreSQL (needs postgresql)", () => {
  let cluster: PostgresCluster;
  beforeAll(async () => {
    cluster = await startPostgres(bin!);
  }, 60_000);
  afterAll(() => cluster.end());

  describeLogStore(
    "[RN-14] the store in PostgreSQL",
    async (): Promise<StoreUnderTest> => {
      const url = await cluster.createDatabase();
      const stores = createPostgresStores(url);
      const { run } = await stores.opened();
      return { run, close: () => stores.end() };
    },
  );
});

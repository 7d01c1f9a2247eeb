// What the generated client does with two nodes: URL of the first, URL of the second, QUIC port of the second.
import { ConflictsApi, Configuration, EpisodesApi, PeersApi, ResponseError, SyncApi, TransferApi } from './index';

declare const process: { argv: string[]; exit(status: number): never };
const [, , hereUrl, thereUrl, port] = process.argv;
const here = new Configuration({ basePath: hereUrl });
const there = new Configuration({ basePath: thereUrl });

function check(what: string, holds: boolean): void {
  if (!holds) {
    throw new Error('not so: ' + what);
  }
}

async function sync() {
  const runs = await new SyncApi(here).startSync({ wait: true, syncRequest: { peer: 'ts', strategy: 'manual' } });
  return runs.items[0];
}

async function drive(): Promise<void> {
  const episodes = new EpisodesApi(here);
  const made = await episodes.createEpisode({
    newEpisode: { sessionId: 'ts', task: 'Drive a node', reward: 0.5, tags: ['generated'], metadata: { deep: [1, 2] } },
  });
  check('what was made comes back', made.task === 'Drive a node' && made.reward === 0.5 && made.ts instanceof Date
    && JSON.stringify(made.metadata) === '{"deep":[1,2]}');
  const listed = await episodes.listEpisodes({ sessionId: 'ts', limit: 10 });
  const tags: string[] | undefined = listed.items[0].tags;
  check('lists have their type', tags?.[0] === 'generated');
  check('a patch changes what it names', (await episodes.patchEpisode(
    { id: made.id, episodePatch: { critique: 'so so' } })).reward === 0.5);
  check('null removes', (await episodes.patchEpisode(
    { id: made.id, episodePatch: { reward: null } })).reward === undefined);

  await new PeersApi(here).addPeer({ peerRequest: { name: 'ts', address: '127.0.0.1:' + port, kinds: ['episodes'] } });
  await sync();
  await new EpisodesApi(there).patchEpisode({ id: made.id, episodePatch: { critique: 'from there' } });
  await episodes.patchEpisode({ id: made.id, episodePatch: { critique: 'from here' } });
  check('the report counts', (await sync()).report?.conflictsDetected === 1);

  const conflicts = new ConflictsApi(here);
  const open = (await conflicts.listConflicts({ record: made.id, state: 'open' })).items[0];
  const seen = await conflicts.getConflict({ id: open.id });
  check('both sides are there', seen.remote.record?.critique === 'from there'
    && seen.differences[0].field === 'critique');
  check('it is decided', (await conflicts.resolveConflict(
    { id: open.id, resolutionBody: { pick: 'local', by: 'ts' } })).outcome === 'local');

  const lines = await new TransferApi(here).exportRecords({ kinds: ['episodes'], format: 'ndjson' });
  check('the export has it', (await lines.text()).includes('from here'));
  const failure = await episodes.getEpisode({ id: '00000000-0000-4000-8000-000000000000' }).then(() => null, (e) => e);
  check('a failure is a problem', failure instanceof ResponseError && failure.response.status === 404
    && (await failure.response.json()).type === 'urn:agentdb:problem:not-found');
  console.log('driven');
}

drive().catch((e) => {
  console.error(e);
  process.exit(1);
});

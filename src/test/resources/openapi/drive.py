"""What the generated client does with two nodes: URL of the first, URL of the second, QUIC port of the second."""
import sys
import uuid

import agentdb_client as api
from agentdb_client.exceptions import NotFoundException

here = api.ApiClient(api.Configuration(host=sys.argv[1]))
there = api.ApiClient(api.Configuration(host=sys.argv[2]))
episodes = api.EpisodesApi(here)


def check(what, holds):
    if not holds:
        raise AssertionError("not so: " + what)


def sync():
    return api.SyncApi(here).start_sync(wait=True, sync_request=api.SyncRequest(peer="py", strategy="manual")).items[0]


made = episodes.create_episode(api.NewEpisode(session_id="py", task="Drive a node", reward=0.5, tags=["generated"],
                                              metadata={"deep": [1, 2]}))
check("what was made comes back", made.task == "Drive a node" and made.reward == 0.5 and made.ts is not None
      and made.metadata == {"deep": [1, 2]})
check("lists have their type", episodes.list_episodes(session_id="py", limit=10).items[0].tags == ["generated"])
check("a patch changes what it names", episodes.patch_episode(made.id, api.EpisodePatch(critique="so so")).reward == 0.5)
check("null removes", episodes.patch_episode(made.id, api.EpisodePatch(reward=None)).reward is None)

api.PeersApi(here).add_peer(api.PeerRequest(name="py", address="127.0.0.1:" + sys.argv[3], kinds=["episodes"]))
sync()
api.EpisodesApi(there).patch_episode(made.id, api.EpisodePatch(critique="from there"))
episodes.patch_episode(made.id, api.EpisodePatch(critique="from here"))
check("the report counts", sync().report.conflicts_detected == 1)

conflicts = api.ConflictsApi(here)
opened = conflicts.list_conflicts(record=made.id, state="open").items[0]
seen = conflicts.get_conflict(opened.id)
check("both sides are there", seen.remote.record["critique"] == "from there"
      and seen.differences[0].var_field == "critique")
check("it is decided", conflicts.resolve_conflict(opened.id, api.ResolutionBody(pick="local", by="py")).outcome
      == "local")

lines = api.TransferApi(here).export_records(kinds=["episodes"], format="ndjson")
check("the export has it", b"from here" in (lines if isinstance(lines, (bytes, bytearray)) else lines.encode()))
try:
    episodes.get_episode(uuid.uuid4())
    check("what is not there is an error", False)
except NotFoundException as e:
    check("a failure is a problem", "urn:agentdb:problem:not-found" in e.body)
print("driven")

# What the generated client does with two nodes: URL of the first, URL of the second, QUIC port of the second.
import datetime
import sys

import openapi_client
from openapi_client import models

HERE, THERE = (openapi_client.ApiClient(openapi_client.Configuration(host=url)) for url in sys.argv[1:3])
PORT = sys.argv[3]


def check(what, holds):
    if not holds:
        sys.exit("not so: " + what)


def sync():
    runs = openapi_client.SyncApi(HERE).start_sync(
        wait=True, sync_request=models.SyncRequest(peer="py", strategy="manual"))
    return runs.items[0]


episodes = openapi_client.EpisodesApi(HERE)
made = episodes.create_episode(models.NewEpisode(
    session_id="py", task="Drive a node", reward=0.5, tags=["generated"], metadata={"deep": [1, 2]}))
check("what was made comes back", made.task == "Drive a node" and made.reward == 0.5 and made.session_id == "py"
      and isinstance(made.ts, datetime.datetime) and made.metadata == {"deep": [1, 2]})
listed = episodes.list_episodes(session_id="py", limit=10)
check("lists have their type", isinstance(listed.items[0], models.Episode) and listed.items[0].tags == ["generated"])
check("a patch changes what it names",
      episodes.patch_episode(made.id, models.EpisodePatch(critique="so so")).reward == 0.5)
check("null removes", episodes.patch_episode(made.id, models.EpisodePatch(reward=None)).reward is None)

openapi_client.PeersApi(HERE).add_peer(
    models.PeerRequest(name="py", address="127.0.0.1:" + PORT, kinds=["episodes"]))
sync()
openapi_client.EpisodesApi(THERE).patch_episode(made.id, models.EpisodePatch(critique="from there"))
episodes.patch_episode(made.id, models.EpisodePatch(critique="from here"))
check("the report counts", sync().report.conflicts_detected == 1)

conflicts = openapi_client.ConflictsApi(HERE)
met = conflicts.list_conflicts(record=made.id, state="open").items[0]
seen = conflicts.get_conflict(met.id)
check("both sides are there", seen.remote.record["critique"] == "from there"
      and seen.differences[0].field == "critique")
check("it is decided", conflicts.resolve_conflict(
    met.id, models.ResolutionBody(pick="local", by="py")).outcome == "local")

lines = openapi_client.TransferApi(HERE).export_records(kinds=["episodes"], format="ndjson")
check("the export has it", b"from here" in bytes(lines))
try:
    episodes.get_episode("00000000-0000-4000-8000-000000000000")
    check("a failure is raised", False)
except openapi_client.ApiException as failure:
    check("a failure is a problem", failure.status == 404 and "urn:agentdb:problem:not-found" in failure.body)
print("driven")

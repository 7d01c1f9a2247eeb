import agentdb.client.ApiClient;
import agentdb.client.ApiException;
import agentdb.client.api.ConflictsApi;
import agentdb.client.api.EpisodesApi;
import agentdb.client.api.PeersApi;
import agentdb.client.api.SyncApi;
import agentdb.client.api.TransferApi;
import agentdb.client.model.ConflictRow;
import agentdb.client.model.ConflictView;
import agentdb.client.model.Episode;
import agentdb.client.model.EpisodePatch;
import agentdb.client.model.NewEpisode;
import agentdb.client.model.PeerRequest;
import agentdb.client.model.ResolutionBody;
import agentdb.client.model.RunView;
import agentdb.client.model.SyncRequest;
import java.io.File;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the generated client does with two nodes: URL of the first, URL of the second, QUIC port of the second. */
public final class Drive {

    public static void main(String[] given) throws Exception {
        ApiClient here = new ApiClient();
        here.updateBaseUri(given[0]);
        ApiClient there = new ApiClient();
        there.updateBaseUri(given[1]);
        EpisodesApi episodes = new EpisodesApi(here);

        Episode made = episodes.createEpisode(new NewEpisode().sessionId("java").task("Drive a node").reward(0.5)
                .tags(List.of("generated")).metadata(Map.of("deep", List.of(1, 2))));
        check("what was made comes back", made.getTask().equals("Drive a node") && made.getReward() == 0.5
                && made.getTs() != null && made.getMetadata().toString().equals("{deep=[1, 2]}"));
        check("lists have their type", episodes.listEpisodes("java", null, null, null, null, null, null, 10, null)
                .getItems().get(0).getTags().equals(List.of("generated")));
        check("a patch changes what it names", episodes.patchEpisode(made.getId(), new EpisodePatch().critique("so so"))
                .getReward() == 0.5);
        check("null removes", episodes.patchEpisode(made.getId(), new EpisodePatch().reward(null)).getReward() == null);

        new PeersApi(here).addPeer(new PeerRequest().name("java").address("127.0.0.1:" + given[2])
                .kinds(List.of(PeerRequest.KindsEnum.EPISODES)));
        sync(here);
        new EpisodesApi(there).patchEpisode(made.getId(), new EpisodePatch().critique("from there"));
        episodes.patchEpisode(made.getId(), new EpisodePatch().critique("from here"));
        RunView run = sync(here);
        check("the report counts", run.getReport().getConflictsDetected() == 1);

        ConflictsApi conflicts = new ConflictsApi(here);
        ConflictRow open = conflicts.listConflicts(null, made.getId(), null, null, null, "open", null, null, null, null,
                null, null, null, null).getItems().get(0);
        ConflictView seen = conflicts.getConflict(open.getId());
        check("both sides are there", seen.getRemote().getRecord().get("critique").equals("from there")
                && seen.getDifferences().get(0).getField().equals("critique"));
        check("it is decided", conflicts.resolveConflict(open.getId(), new ResolutionBody()
                .pick(ResolutionBody.PickEnum.LOCAL).by("java")).getOutcome() == ConflictView.OutcomeEnum.LOCAL);

        File lines = new TransferApi(here).exportRecords(List.of("episodes"), "ndjson", null, null);
        check("the export has it", Files.readString(lines.toPath()).contains("from here"));
        try {
            episodes.getEpisode(UUID.randomUUID());
            check("what is not there is an error", false);
        } catch (ApiException e) {
            check("a failure is a problem", e.getCode() == 404
                    && e.getResponseBody().contains("urn:agentdb:problem:not-found"));
        }
        System.out.println("driven");
    }

    private static RunView sync(ApiClient here) throws ApiException {
        return new SyncApi(here).startSync(true, null, new SyncRequest().peer("java")
                .strategy(SyncRequest.StrategyEnum.MANUAL)).getItems().get(0);
    }

    private static void check(String what, boolean holds) {
        if (!holds) {
            throw new IllegalStateException("not so: " + what);
        }
    }
}

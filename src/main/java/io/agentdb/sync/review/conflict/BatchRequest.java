package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One decision about many conflicts. It picks of what there is: none deletes a record of which no side is a deletion.
 *
 * @param ids which ones; null to choose them by the filter
 * @param by the person's name; null if the body gives none
 */
public record BatchRequest(@Nullable List<Long> ids, @Nullable ConflictFilter filter, BatchPick pick, boolean preview,
        @Nullable String by) {

    /** Of how many conflicts at once. */
    public static final int MOST = 1_000;

    /** What becomes of each. */
    public enum BatchPick {
        LOCAL, REMOTE, MERGE, NEWER;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        ResolutionRequest of(LoggedConflict conflict, @Nullable String by) {
            return new ResolutionRequest(switch (this) {
                case LOCAL -> ResolutionRequest.Choice.LOCAL;
                case REMOTE -> ResolutionRequest.Choice.REMOTE;
                case MERGE -> ResolutionRequest.Choice.MERGE;
                case NEWER -> newer(conflict.local(), conflict.remote()) ? ResolutionRequest.Choice.LOCAL
                        : ResolutionRequest.Choice.REMOTE;
            }, null, null, by);
        }

        private static boolean newer(Revision local, Revision remote) {
            return Version.LATEST.compare(local.version(), remote.version()) > 0;
        }
    }

    private static final Set<String> KNOWN = Set.of("ids", "filter", "pick", "preview", "by");
    private static final String PERSON = "[^\\p{Cntrl}\\p{Cs}]{1,200}";

    /** @throws InvalidInput with every flaw of the object */
    public static BatchRequest read(ObjectNode body) {
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        new TreeSet<>(body.propertyNames()).stream().filter(name -> !KNOWN.contains(name)).forEach(name -> flaw(flaws,
                name.matches("\\w{1,60}") ? name : "a field",
                "is not one of a decision of many; known are " + new TreeSet<>(KNOWN)));
        BatchPick pick = Arrays.stream(BatchPick.values()).filter(one -> body.path("pick").isString()
                && body.path("pick").stringValue().equals(one.label())).findFirst().orElse(null);
        if (pick == null) {
            flaw(flaws, "pick", "must be one of " + Arrays.stream(BatchPick.values()).map(BatchPick::label)
                    .collect(Collectors.joining(", ")));
        }
        JsonNode ids = given(body, "ids");
        JsonNode filter = given(body, "filter");
        if ((ids == null) == (filter == null)) {
            flaw(flaws, "ids", "or filter must say which conflicts are meant: give one of them");
        }
        List<Long> chosen = ids == null ? null : ids(ids, flaws);
        ConflictFilter found = filter == null ? null : filter(filter, flaws);
        JsonNode preview = given(body, "preview");
        if (preview != null && !preview.isBoolean()) {
            flaw(flaws, "preview", "must be true or false");
        }
        JsonNode by = given(body, "by");
        if (by != null && !(by.isString() && by.stringValue().matches(PERSON))) {
            flaw(flaws, "by", "must be a name of 1 to 200 characters");
        }
        if (pick == null || !flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
        return new BatchRequest(chosen, found, pick, preview != null && preview.booleanValue(),
                by == null ? null : by.stringValue());
    }

    /** Each once, in the order given. */
    private static List<Long> ids(JsonNode given, List<InvalidInput.Flaw> flaws) {
        Set<Long> ids = new LinkedHashSet<>();
        if (!given.isArray() || given.isEmpty() || given.size() > MOST
                || !given.valueStream().allMatch(id -> id.isIntegralNumber() && id.canConvertToLong())) {
            flaw(flaws, "ids", "must be a list of 1 to " + MOST + " conflicts' numbers");
        } else {
            given.valueStream().forEach(id -> ids.add(id.longValue()));
        }
        return List.copyOf(ids);
    }

    /** Of open ones, unless it asks for others: whoever leaves that out does not mean to write closed ones anew. */
    private static @Nullable ConflictFilter filter(JsonNode given, List<InvalidInput.Flaw> flaws) {
        Map<String, List<String>> parameters = new HashMap<>();
        if (!(given instanceof ObjectNode object)
                || !object.properties().stream().allMatch(one -> one.getValue().isString())) {
            flaw(flaws, "filter", "must be an object of texts, by the names of the parameters of GET /conflicts");
            return null;
        }
        object.properties().forEach(one -> parameters.put(one.getKey(), List.of(one.getValue().stringValue())));
        if (!parameters.containsKey("state") && !parameters.containsKey("outcome")) {
            parameters.put("state", List.of("open"));
        }
        try {
            return ConflictFilter.of(parameters);
        } catch (InvalidInput e) {
            e.flaws().forEach(flaw -> flaw(flaws, "filter." + flaw.field(), flaw.message()));
            return null;
        }
    }

    private static @Nullable JsonNode given(ObjectNode body, String name) {
        JsonNode given = body.get(name);
        return given == null || given.isNull() ? null : given;
    }

    private static void flaw(List<InvalidInput.Flaw> flaws, String field, String message) {
        flaws.add(new InvalidInput.Flaw(field, message));
    }
}

package io.agentdb.sync.simulation;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.FieldTimes;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.SkillTallies;
import io.agentdb.sync.version.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

/** What the database's trigger keeps beside a skill's content, computed in Java. */
final class Stamping {

    static final int CODE = Kind.SKILLS.indexOf("code");
    static final int USES = Kind.SKILLS.indexOf("uses");
    static final int TAGS = Kind.SKILLS.indexOf("tags");

    private Stamping() {
    }

    static UUID id(String name) {
        return Identity.skill(name);
    }

    /** A skill that remembers in its tags every write that it has seen. */
    static Content skill(String name, String code, long uses, List<String> tags) {
        Object[] values = new Object[Kind.SKILLS.columns().size()];
        values[Kind.SKILLS.indexOf("name")] = name;
        values[CODE] = code;
        values[USES] = uses;
        values[TAGS] = tags;
        values[Kind.SKILLS.indexOf("created_at")] = Instant.EPOCH;
        return new Content(new ArrayList<>(Arrays.asList(values)));
    }

    @SuppressWarnings("unchecked")
    static List<String> tags(Content content) {
        return (List<String>) content.get(TAGS);
    }

    /** With what it counts written down as its dot's actor's, before it gets another dot. */
    static Revision counted(Revision revision) {
        return revision.deleted() || revision.history().tallies() != null ? revision
                : new Revision(revision.kind(), revision.id(), revision.version(), revision.content(),
                        History.of(revision.history().fieldTimes(), SkillTallies.of(revision).json()));
    }

    /** The version after a write over {@code past}; a new record, or one over a tombstone, has no history. */
    static Revision update(Revision past, UUID id, Version version, Content content, boolean tallies) {
        if (past == null || past.deleted() || content == null) {
            return new Revision(Kind.SKILLS, id, version, content);
        }
        FieldTimes times = FieldTimes.of(past);
        TreeMap<String, Long> named = new TreeMap<>(times.named());
        for (int i = 0; i < Kind.SKILLS.columns().size(); i++) {
            if (!Objects.equals(past.content().get(i), content.get(i))) {
                named.put(Kind.SKILLS.columns().get(i).name(), version.hlc());
            }
        }
        String tally = past.history().tallies();
        if (tallies && !Objects.equals(past.content().get(USES), content.get(USES))) {
            tally = SkillTallies.of(past).updated(version.dot().actor().name(), version.dot().counter(), Kind.SKILLS,
                    past.content(), content).json();
        } else if (tallies && tally == null && !past.version().dot().actor().equals(version.dot().actor())) {
            tally = SkillTallies.of(past).json();
        }
        return new Revision(Kind.SKILLS, id, version, content,
                History.of(new FieldTimes(named, times.base()).json(), tally));
    }
}

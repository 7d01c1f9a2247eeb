package io.agentdb.sync.contract;

import static org.awaitility.Awaitility.await;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.FeedPage;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Unapplied.Waiting;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.Change;
import io.agentdb.sync.replica.store.StoredVersion;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.Resolution;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import io.agentdb.sync.version.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** What all contracts talk about: a node's stores, two peers, and skills that they send. */
abstract class Contract {

    static final Kind SKILLS = Kind.SKILLS;
    static final Actor PEER = new Actor("there.aaaaaaaa");
    static final Actor THIRD = new Actor("elsewhere.aaaaaaaa");
    static final BatchOrigin FROM_PEER = new BatchOrigin(new NodeId("there"), PEER);
    /** PostgreSQL's order of ids: unsigned bytes, as their text. {@link UUID#compareTo} puts those from 8 on first. */
    static final Comparator<UUID> ORDER = Comparator.comparing(UUID::toString);

    final Stores stores;
    final ChangeFeed feed;
    final VersionStore versions;

    Contract(Stores stores) {
        this.stores = stores;
        this.feed = stores.feed();
        this.versions = stores.versions();
    }

    final Actor me() {
        return stores.self().actor();
    }

    static UUID id(String skill) {
        return Identity.skill(skill);
    }

    static Dot dot(Actor actor, long number) {
        return new Dot(actor, number, number);
    }

    static Waiting waiting(String skill, Actor actor, long counter) {
        return new Waiting(id(skill), new Write(actor, counter));
    }

    /** A conflict that waits for a person. */
    static Conflict open(Revision local, Revision remote) {
        return new Conflict(local, remote, new Resolution(null, ConflictOutcome.OPEN));
    }

    static Content content(String skill, String code, String... tags) {
        Object[] values = new Object[SKILLS.columns().size()];
        values[SKILLS.indexOf("name")] = skill;
        values[SKILLS.indexOf("code")] = code;
        values[SKILLS.indexOf("tags")] = List.of(tags);
        values[SKILLS.indexOf("created_at")] = Instant.EPOCH;
        return new Content(Arrays.asList(values));
    }

    /** A version of a skill, written at second {@code dot.counter()} of 2026. */
    static Revision skill(String name, String code, Dot dot, Dot... seen) {
        return new Revision(SKILLS, id(name), version(dot, seen), content(name, code));
    }

    static Revision tombstone(String name, Dot dot, Dot... seen) {
        return new Revision(SKILLS, id(name), version(dot, seen), null);
    }

    private static Version version(Dot dot, Dot... seen) {
        VersionVector context = VersionVector.of(dot);
        for (Dot past : seen) {
            context = context.with(past);
        }
        return new Version(dot, context, Hlc.at(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(dot.counter())));
    }

    static Reader reader(Actor actor) {
        return new Reader(actor, Reader.ANYONE.known());
    }

    static Dot dot(Revision revision) {
        return revision.version().dot();
    }

    /** Applies what a peer sends, over whatever is here. */
    final void receive(Revision... sent) {
        atomically(() -> {
            Map<UUID, StoredVersion> here = versions.lock(SKILLS, Stream.of(sent).map(Revision::id).toList());
            versions.store(SKILLS, Stream.of(sent).map(one -> new Change(one, here.get(one.id()))).toList(), FROM_PEER);
        });
    }

    final void atomically(Runnable work) {
        stores.transactions().run(() -> {
            work.run();
            return null;
        });
    }

    /** What is here of a skill; null if nothing is. */
    final Revision here(String skill) {
        return versions.load(SKILLS, List.of(id(skill))).get(id(skill));
    }

    /** The fence above all that was committed: other databases of the server may hold it back for a moment. */
    final long fence() {
        long ended = feed.horizon();
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10))
                .until(feed::fence, fence -> fence >= ended);
    }

    final FeedPage read(Cursor after, long fence, Reader reader) {
        return feed.read(SKILLS, after, fence, Selection.ALL, reader, 1_000, 1 << 20);
    }

    final FeedPage everything(Reader reader) {
        return read(Cursor.start(me()), fence(), reader);
    }

    /** Where a skill lies in the feed. */
    final Cursor place(String skill) {
        FeedPage page = everything(Reader.ANYONE);
        return page.cursors().stream().filter(cursor -> cursor.id().equals(id(skill))).findFirst().orElseThrow();
    }
}

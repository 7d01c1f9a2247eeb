package io.agentdb.sync.pairing;

import io.agentdb.sync.pairing.JoinRefused.Problem;
import io.agentdb.sync.protocol.JoinReason;
import io.agentdb.sync.protocol.Message.NotJoined;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.client.Doorbell.Tried;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says to who wants to join what was wrong and what to do. Pure. */
final class JoinWords {

    private static final String NEW = ": ask for a new one";

    private JoinWords() {
    }

    /** @param asked when, by this node's clock */
    static JoinRefused refusal(InvitationText invitation, NotJoined no, Instant asked) {
        String node = "node " + invitation.node();
        Duration ahead = Duration.between(asked, no.clock());
        Map<String, Object> details = new LinkedHashMap<>(Map.of("clockOffsetSeconds", ahead.toSeconds()));
        Optional<JoinReason> reason = JoinReason.of(no.reason());
        if (reason.isEmpty()) {
            return new JoinRefused(Problem.REFUSED_THERE, node + " refuses: " + no.message(), details);
        }
        return switch (reason.get()) {
            case EXPIRED -> {
                details.put("expiresAt", invitation.expiresAt());
                yield new JoinRefused(Problem.EXPIRED, "the invitation has expired: " + no.message()
                        + " by the clock of " + node + ", which says " + no.clock().truncatedTo(ChronoUnit.SECONDS)
                        + " and is " + apart(ahead) + NEW, details);
            }
            case USED -> new JoinRefused(Problem.USED, "the invitation was used already: " + no.message() + NEW,
                    details);
            case WITHDRAWN -> new JoinRefused(Problem.WITHDRAWN, "the invitation is good for nobody any more: "
                    + no.message() + " at " + node + NEW, details);
            case UNKNOWN -> new JoinRefused(Problem.UNKNOWN, node + " does not know the invitation: " + no.message(),
                    details);
            case CLOCKS -> new JoinRefused(Problem.CLOCKS, "the clock of " + node + " is " + apart(ahead)
                    + ", and more than 5 minutes are too many for peers: set the one right that is wrong, and join"
                    + " again; the invitation is still good until " + invitation.expiresAt(), details);
            case KNOWN, NAME_TAKEN -> new JoinRefused(Problem.REFUSED_THERE, node + " refuses: " + no.message(),
                    details);
            case TOO_MANY -> new JoinRefused(Problem.TOO_MANY, node + " refuses: " + no.message(), details);
        };
    }

    static JoinRefused unreachable(InvitationText invitation, List<Tried> tried, Instant now) {
        List<Map<String, String>> told = tried.stream().map(one -> Map.of("address", one.address().toString(), "why",
                String.valueOf(one.why().getMessage()))).toList();
        Map<String, Object> details = Map.of("tried", told);
        String each = tried.stream().map(one -> String.valueOf(one.why().getMessage()).replaceFirst("[.?!]$", ""))
                .distinct().collect(Collectors.joining("; "));
        Optional<Tried> other = tried.stream().filter(one -> one.why() instanceof PeerUnreachable unreachable
                && unreachable.reason() == PeerUnreachable.Reason.NOT_TRUSTED).findFirst();
        if (other.isPresent()) {
            return new JoinRefused(Problem.NOT_TRUSTED, "at " + other.get().address() + " somebody answers who is not"
                    + " the node that has made the invitation, or has another certificate since: " + each
                    + ". Nothing was sent. Ask for a new invitation, over a way that you trust", details);
        }
        boolean late = now.isAfter(invitation.expiresAt());
        return new JoinRefused(Problem.UNREACHABLE, "node " + invitation.node() + " was reached at none of its"
                + " addresses: " + each + ". Look whether its node runs, whether a firewall there lets UDP in at that"
                + " port, and whether this machine is in a network from which that address can be reached; it can be"
                + " invited with another address" + (late ? ". By this node's clock the invitation has expired at "
                + invitation.expiresAt() + ", too" : ". The invitation is good until " + invitation.expiresAt()),
                details);
    }

    static JoinRefused failed(InvitationText invitation, SyncException e) {
        return new JoinRefused(Problem.FAILED, "node " + invitation.node() + " answers, and it came to nothing: "
                + e.getMessage() + ". Join again with the same text; a second try does no harm");
    }

    private static String apart(Duration ahead) {
        Duration span = ahead.abs();
        String words = span.toSeconds() < 120 ? span.toSeconds() + " s" : span.toMinutes() < 120
                ? span.toMinutes() + " min" : span.toHours() + " h";
        return span.toSeconds() < 1 ? "level with this node's" : words + (ahead.isNegative() ? " behind" : " ahead of")
                + " this node's";
    }
}

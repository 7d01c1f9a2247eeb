package io.agentdb.sync.web.sync;

import io.agentdb.sync.pairing.Invitation;
import io.agentdb.sync.pairing.Invitations;
import io.agentdb.sync.pairing.JoinRefused;
import io.agentdb.sync.pairing.Joining;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import io.agentdb.sync.web.request.GivenTime;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Two nodes become peers by one text. */
@RestController
@RequestMapping("/invitations")
@Tag(name = "peers")
class InvitationController {

    private static final Duration SHORTEST = Duration.ofMinutes(1);

    /**
     * @param peer as this node lists the other one
     * @param nameThere as that one lists this node
     * @param reachesUs whether it has reached this node; if not, only this node dials
     */
    record PairedView(PeerView peer, String nameThere, boolean reachesUs) { }

    /** Each keeps a thread of the HTTP server for seconds. */
    private final ConcurrencyLimit joins = new ConcurrencyLimit(4, "joins");
    private final Invitations invitations;
    private final Joining joining;
    private final PeerPauses pauses;

    InvitationController(Invitations invitations, Joining joining, PeerPauses pauses) {
        this.invitations = invitations;
        this.joining = joining;
        this.pauses = pauses;
    }

    @PostMapping
    @Operation(operationId = "makeInvitation", summary = "Make a text by which another node becomes a peer",
            description = "Whoever has it can join once, in its time; both nodes then list each other. It is shown in"
            + " this answer alone.")
    @AnswersWith({201, 409})
    ResponseEntity<InvitationView> make(@RequestBody InvitationRequest request) {
        Duration lasts = GivenTime.of(request.time(), "for", SHORTEST, Invitations.LONGEST, "from 1m to 24h; without"
                + " it, the invitation is good for 15m");
        try {
            Invitations.Made made = invitations.make(request.name(), lasts == null ? Invitations.LASTS : lasts,
                    orNone(request.addresses()), SignedIn.now().name());
            return ResponseEntity.created(URI.create("/invitations/" + made.invitation().id()))
                    .body(InvitationView.of(made));
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(e.getMessage());
        } catch (IllegalStateException e) {
            throw Refusal.of(HttpStatus.CONFLICT, "not-invited", e.getMessage());
        }
    }

    @GetMapping
    @Operation(operationId = "listInvitations", summary = "Those that this node has made, the newest first",
            description = "Open ones, and for a week how the others ended.")
    List<InvitationView> all() {
        return invitations.all().stream().map(InvitationView::of).toList();
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getInvitation", summary = "One of them")
    InvitationView one(@PathVariable UUID id) {
        return InvitationView.of(invitations.find(id).orElseThrow(() -> unknown(id)));
    }

    @DeleteMapping("/{id}")
    @Operation(operationId = "withdrawInvitation", summary = "Have an open one be good for nobody",
            description = "409 if a node has used it: remove that peer instead.")
    @AnswersWith({204, 409})
    ResponseEntity<Void> withdraw(@PathVariable UUID id) {
        Invitation now = invitations.withdraw(id).orElseThrow(() -> unknown(id));
        if (now.state() == Invitation.InvitationState.USED) {
            throw Refusal.of(HttpStatus.CONFLICT, "invitation-used", "node " + now.usedBy() + " has used it at "
                    + now.usedAt() + ": DELETE /peers/" + now.peer() + " takes away what it got");
        }
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/join")
    @Operation(operationId = "joinByInvitation", summary = "Become a peer of the node that has made a text",
            description = "Both nodes then list each other. 400 if the text is not whole, 409 if it is good no more or"
            + " the two cannot be peers, 502 if the other node is not reached; the problem's type says which, and"
            + " what was tried. It can be repeated: a try that broke off does not use the invitation up.")
    @AnswersWith({201, 409, 429, 502})
    ResponseEntity<PairedView> join(@RequestBody JoinRequest request) {
        if (request.text() == null || request.text().isBlank()) {
            throw Refusal.badRequest("text is missing: the invitation, as the other node has made it");
        }
        try (ConcurrencyLimit.Taken place = joins.take()) {
            Joining.Paired paired = joining.join(request.text(), request.name(), orNone(request.addresses()));
            return ResponseEntity.created(URI.create("/peers/" + paired.peer().name()))
                    .body(new PairedView(PeerView.of(paired.peer(), false, pauses.now()), paired.nameThere(),
                            paired.reachesUs()));
        } catch (JoinRefused e) {
            throw Refusal.of(status(e.problem()), e.problem().type(), e.getMessage(), e.details());
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(e.getMessage());
        }
    }

    private static HttpStatus status(JoinRefused.Problem problem) {
        return switch (problem) {
            case UNREADABLE, OTHER_VERSION -> HttpStatus.BAD_REQUEST;
            case TOO_MANY -> HttpStatus.TOO_MANY_REQUESTS;
            case UNREACHABLE, NOT_TRUSTED, TOO_OLD, FAILED -> HttpStatus.BAD_GATEWAY;
            default -> HttpStatus.CONFLICT;
        };
    }

    private static List<String> orNone(@Nullable List<String> given) {
        return given == null ? List.of() : given;
    }

    private static Refusal unknown(UUID id) {
        return Refusal.of(HttpStatus.NOT_FOUND, "unknown-invitation", "there is no invitation " + id
                + "; GET /invitations lists them", Map.of());
    }
}

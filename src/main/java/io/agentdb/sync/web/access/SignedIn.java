package io.agentdb.sync.web.access;

import io.agentdb.sync.web.problem.Refusal;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who calls.
 *
 * @param name as {@code agentdb.admin.users} has it; {@code anybody} while the API is open and nothing was shown
 * @param operator whether it may change things, and not only read
 */
public record SignedIn(String name, boolean operator) {

    /** What a viewer is told who asks for more. */
    static final String REFUSAL = "A viewer may only read. This takes an operator.";

    /** Of the request that this thread answers. Not by the request itself, which knows of no user while it is open. */
    public static SignedIn now() {
        Authentication who = Objects.requireNonNull(SecurityContextHolder.getContext().getAuthentication(),
                "nobody comes here without one");
        return new SignedIn(who.getName(), who.getAuthorities().stream()
                .anyMatch(one -> "ROLE_OPERATOR".equals(one.getAuthority())));
    }

    /**
     * For an endpoint of which the body decides whether it changes anything.
     *
     * @throws Refusal 403 for a viewer
     */
    public SignedIn operating() {
        if (!operator) {
            throw Refusal.of(HttpStatus.FORBIDDEN, "forbidden", REFUSAL);
        }
        return this;
    }
}

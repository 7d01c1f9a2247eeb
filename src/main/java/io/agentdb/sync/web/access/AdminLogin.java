package io.agentdb.sync.web.access;

import io.agentdb.sync.admission.AttemptLimit;
import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.Secret;
import io.agentdb.sync.web.access.AdminSettings.Role;
import io.agentdb.sync.web.access.AdminSettings.User;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;

/** Checks what a caller of the REST API shows: a name with its password, or a bearer token. Thread-safe. */
final class AdminLogin implements AuthenticationManager {

    /** So many wrong ones that the next is not even looked at. */
    static final class TooManyFailures extends AuthenticationException {

        private static final long serialVersionUID = 1L;

        TooManyFailures() {
            super("too many failed logins from this address");
        }
    }

    private static final PasswordEncoder ENCODINGS = PasswordEncoderFactories.createDelegatingPasswordEncoder();

    private static final long PATIENCE_SECONDS = 10;

    private final List<User> users;
    private final AttemptLimit failures;
    private final Audit audit;
    /**
     * So many at once: each is counted before it is compared, and honest ones of one address must not use up what
     * failures may.
     */
    private final Semaphore quick = new Semaphore(1);
    /** The same of slow encodings, which would otherwise take all processors. */
    private final Semaphore slow;

    AdminLogin(List<User> users, long maxFailuresPerMinute, Audit audit) {
        this.users = List.copyOf(users);
        this.failures = new AttemptLimit(maxFailuresPerMinute);
        this.audit = audit;
        this.slow = new Semaphore((int) Math.min(maxFailuresPerMinute,
                Math.max(1, Runtime.getRuntime().availableProcessors() / 2)), true);
    }

    /** A bearer token, as {@link #authenticate} takes it. */
    static AbstractAuthenticationToken bearer(String token) {
        return new PreAuthenticatedAuthenticationToken("bearer", token);
    }

    @Override
    public Authentication authenticate(Authentication shown) {
        String from = shown.getDetails() instanceof WebAuthenticationDetails details ? details.getRemoteAddress() : "";
        InetAddress address = address(from);
        if (failures.exhausted(address)) {
            throw new TooManyFailures();
        }
        boolean bearer = shown instanceof PreAuthenticatedAuthenticationToken;
        String secret = String.valueOf(shown.getCredentials());
        Optional<User> found = bearer ? compared(quick, address, user -> holds(user, secret))
                : compared(users.stream().anyMatch(AdminLogin::encoded) ? slow : quick, address,
                        user -> knows(user, secret) & user.name().equals(shown.getName()));
        if (found.isEmpty()) {
            audit.record("login-refused", bearer ? "bearer token" : shown.getName(), Map.of("from", from));
            throw new BadCredentialsException("wrong");
        }
        return authenticated(found.get());
    }

    /** The user of that name, whatever is known of the caller. */
    Optional<User> named(String name) {
        return users.stream().filter(user -> user.name().equals(name)).findFirst();
    }

    /** One who has shown who it is. */
    static Authentication authenticated(User user) {
        return UsernamePasswordAuthenticationToken.authenticated(user.name(), null,
                AuthorityUtils.createAuthorityList(user.role() == Role.OPERATOR
                        ? List.of("ROLE_OPERATOR", "ROLE_VIEWER") : List.of("ROLE_VIEWER")));
    }

    /**
     * Whose it is. The attempt is taken before, and given back if it was right: else many at once would all be looked
     * at.
     */
    private Optional<User> compared(Semaphore gate, InetAddress address, Predicate<User> right) {
        enter(gate);
        try {
            if (!failures.admit(address)) {
                throw new TooManyFailures();
            }
            Optional<User> found = Optional.empty();
            // All of them, so that the time taken does not tell which names there are.
            for (User user : users) {
                found = right.test(user) ? Optional.of(user) : found;
            }
            if (found.isPresent()) {
                failures.giveBack(address);
            }
            return found;
        } finally {
            gate.release();
        }
    }

    private static void enter(Semaphore gate) {
        try {
            if (!gate.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new TooManyFailures();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TooManyFailures();
        }
    }

    private static boolean encoded(User user) {
        return user.password() != null && user.password().matches("\\{[A-Za-z0-9@_-]+}.*");
    }

    private static boolean holds(User user, String token) {
        return user.token() != null && Secret.configured(user.token()).equals(Secret.of(token));
    }

    private static boolean knows(User user, String password) {
        if (user.password() == null) {
            return false;
        }
        return encoded(user) ? ENCODINGS.matches(password, user.password())
                : Secret.of(user.password()).equals(Secret.of(password));
    }

    /** Never looked up: a proxy may pass on whatever its own caller says. */
    private static InetAddress address(String text) {
        try {
            return text.indexOf(':') >= 0 || text.matches("[0-9.]+") ? InetAddress.getByName(text)
                    : InetAddress.getLoopbackAddress();
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress();
        }
    }
}

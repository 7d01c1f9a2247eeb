package io.agentdb.sync.web;

import io.agentdb.sync.admission.Attempts;
import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.Secret;
import io.agentdb.sync.web.AdminSettings.Role;
import io.agentdb.sync.web.AdminSettings.User;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
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

    private final List<User> users;
    private final Attempts failures;
    private final Audit audit;

    AdminLogin(List<User> users, long maxFailuresPerMinute, Audit audit) {
        this.users = List.copyOf(users);
        this.failures = new Attempts(maxFailuresPerMinute);
        this.audit = audit;
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
        // All of them, so that the time taken does not tell which names there are.
        User found = null;
        for (User user : users) {
            boolean right = bearer ? holds(user, secret) : knows(user, secret) & user.name().equals(shown.getName());
            found = right ? user : found;
        }
        if (found == null) {
            failures.admit(address);
            audit.record("login-refused", bearer ? "bearer token" : shown.getName(), Map.of("from", from));
            throw new BadCredentialsException("wrong");
        }
        return UsernamePasswordAuthenticationToken.authenticated(found.name(), null, AuthorityUtils.createAuthorityList(
                found.role() == Role.OPERATOR ? List.of("ROLE_OPERATOR", "ROLE_VIEWER") : List.of("ROLE_VIEWER")));
    }

    private static boolean holds(User user, String token) {
        return user.token() != null && Secret.configured(user.token()).equals(Secret.of(token));
    }

    private static boolean knows(User user, String password) {
        if (user.password() == null) {
            return false;
        }
        return user.password().matches("\\{[A-Za-z0-9@_-]+}.*") ? ENCODINGS.matches(password, user.password())
                : Secret.of(user.password()).equals(Secret.of(password));
    }

    /** Never looked up: a proxy may pass on whatever its own caller says. */
    private static InetAddress address(String text) {
        try {
            return text.indexOf(':') >= 0 || text.matches("[0-9.]+") ? InetAddress.getByName(text) : InetAddress.getLoopbackAddress();
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress();
        }
    }
}

package io.agentdb.sync.web.access;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.web.access.AdminSettings.User;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.authentication.WebAuthenticationDetailsSource;
import org.springframework.web.filter.OncePerRequestFilter;

/** Signing in and out of the pages, and who has: a cookie that only pages get. Thread-safe. */
public final class PageAccess {

    /** What came of an attempt to sign in. */
    public enum SignIn { DONE, WRONG, TOO_MANY }

    private static final Duration LASTS = Duration.ofHours(12);
    private static final String PAGES = "/ui";

    private final AdminLogin login;
    private final PageKey keys;
    private final boolean open;
    private final LocalNode self;
    private final Clock clock = Clock.systemUTC();

    PageAccess(AdminLogin login, PageKey keys, AdminSettings settings, LocalNode self) {
        this.login = login;
        this.keys = keys;
        this.open = settings.open();
        this.self = self;
    }

    /** Cookies know no ports: two nodes on one machine would sign each other's people out. */
    private String cookie() {
        return "agentdb-" + self.nodeId().name();
    }

    /** Whether anybody may do everything, and nobody needs to sign in. */
    public boolean open() {
        return open;
    }

    /**
     * Looks at a name with its password, or at a token. Failures are limited as those of the REST API, and with them.
     *
     * @param name empty for a token
     */
    public SignIn signIn(HttpServletRequest request, HttpServletResponse response, String name, String secret) {
        AbstractAuthenticationToken shown = name.isEmpty() ? AdminLogin.bearer(secret)
                : UsernamePasswordAuthenticationToken.unauthenticated(name, secret);
        shown.setDetails(new WebAuthenticationDetailsSource().buildDetails(request));
        try {
            Authentication who = login.authenticate(shown);
            User user = login.named(who.getName()).orElseThrow();
            PageSession session = new PageSession(user.name(), UUID.randomUUID(),
                    clock.instant().plus(LASTS).truncatedTo(ChronoUnit.SECONDS));
            set(request, response, session.cookie(keys.key(), user), LASTS);
            return SignIn.DONE;
        } catch (AdminLogin.TooManyFailures e) {
            return SignIn.TOO_MANY;
        } catch (AuthenticationException e) {
            return SignIn.WRONG;
        }
    }

    /** Ends the session of this request, if it has one, for copies of its cookie too. */
    public void signOut(HttpServletRequest request, HttpServletResponse response) {
        session(request).ifPresent(session -> keys.end(session.id(), session.until()));
        set(request, response, "", Duration.ZERO);
    }

    /** Lets in who shows a session. */
    OncePerRequestFilter filter() {
        return new OncePerRequestFilter() {
            /** A page that says what failed is for the same reader. */
            @Override
            protected boolean shouldNotFilterErrorDispatch() {
                return false;
            }

            @Override
            protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response,
                    FilterChain chain) throws ServletException, IOException {
                session(request).flatMap(session -> login.named(session.name())).map(AdminLogin::authenticated)
                        .ifPresent(who -> SecurityContextHolder.setContext(new SecurityContextImpl(who)));
                chain.doFilter(request, response);
            }
        };
    }

    private Optional<PageSession> session(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies == null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        String cookie = cookie();
        return Arrays.stream(cookies).filter(one -> one.getName().equals(cookie))
                .flatMap(one -> PageSession.of(one.getValue(), keys.key(), now, login::named).stream())
                .filter(session -> !keys.hasEnded(session.id())).findFirst();
    }

    private void set(HttpServletRequest request, HttpServletResponse response, String value, Duration age) {
        response.addHeader(HttpHeaders.SET_COOKIE, ResponseCookie.from(cookie(), value).httpOnly(true)
                .secure(request.isSecure()).sameSite("Strict").path(PAGES).maxAge(age).build().toString());
    }
}

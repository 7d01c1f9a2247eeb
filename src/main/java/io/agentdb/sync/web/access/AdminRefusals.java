package io.agentdb.sync.web.access;

import io.agentdb.sync.web.problem.Problems;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.web.cors.DefaultCorsProcessor;

/** What a caller is told who may not: problems like all others, counted by reason. */
final class AdminRefusals extends DefaultCorsProcessor implements AuthenticationEntryPoint, AccessDeniedHandler {

    private static final String RETRY_SECONDS = "60";
    private static final String UNAUTHENTICATED = "unauthenticated";
    private static final String FORBIDDEN = "forbidden";
    private static final String TOO_MANY_FAILED_LOGINS = "too_many_failed_logins";
    private static final String CROSS_ORIGIN = "cross_origin";

    private final MeterRegistry registry;

    AdminRefusals(MeterRegistry registry) {
        this.registry = registry;
        // Named before the first of each happens: rate() sees no increase in a series that begins with it.
        List.of(UNAUTHENTICATED, FORBIDDEN, TOO_MANY_FAILED_LOGINS, CROSS_ORIGIN).forEach(this::refusals);
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException why)
            throws IOException {
        if (why instanceof AdminLogin.TooManyFailures) {
            refusals(TOO_MANY_FAILED_LOGINS).increment();
            response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
            Problems.write(response, Problems.of(HttpStatus.TOO_MANY_REQUESTS,
                    "Too many failed logins came from this address, or too many are being looked at: wait a minute."));
            return;
        }
        refusals(UNAUTHENTICATED).increment();
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"agentdb\", charset=\"UTF-8\"");
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"agentdb\"");
        Problems.write(response, Problems.of(HttpStatus.UNAUTHORIZED,
                "Show a name and password (HTTP Basic) or a bearer token of agentdb.admin.users. Where none is set,"
                + " the log of the node's"
                        + " start says where the password is that it made."));
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException why)
            throws IOException {
        refusals(FORBIDDEN).increment();
        Problems.write(response, Problems.of(HttpStatus.FORBIDDEN, SignedIn.REFUSAL));
    }

    @Override
    protected void rejectRequest(ServerHttpResponse response) throws IOException {
        refusals(CROSS_ORIGIN).increment();
        response.setStatusCode(HttpStatus.FORBIDDEN);
        response.getHeaders().set(HttpHeaders.CONTENT_TYPE, Problems.TYPE);
        response.getBody().write(Problems.json(Problems.of(HttpStatus.FORBIDDEN,
                "A page of another origin may not use this API. Behind a proxy that changes host, port or scheme, set"
                        + " server.forward-headers-strategy.")).getBytes(StandardCharsets.UTF_8));
        response.flush();
    }

    /** A request for a page of somebody else's. */
    void foreign(HttpServletResponse response, String detail) throws IOException {
        refusals(CROSS_ORIGIN).increment();
        Problems.write(response, Problems.of(HttpStatus.FORBIDDEN, detail));
    }

    private Counter refusals(String reason) {
        return Counter.builder("agentdb.admin.refused").tag("reason", reason)
                .description("Requests to the REST API that were refused").register(registry);
    }
}

package io.agentdb.sync.web.problem;

import io.agentdb.sync.postgres.DatabaseWait;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers everybody that the node is starting, until it can serve. Before the login, so it says nothing of the node
 * that not everybody may know; health and metrics are asked for as ever.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class NotServingYet extends OncePerRequestFilter {

    private static final String RETRY_SECONDS = "5";
    /** Where management.endpoint.health.probes.add-additional-paths puts them. */
    private static final Set<String> PROBES = Set.of("/livez", "/readyz");
    private static final String WORDS = "This node is starting: it waits for its database, or prepares it, which takes"
            + " minutes after an upgrade or on a restored backup. Its log says which. Come again in "
            + RETRY_SECONDS + " seconds.";

    private final DatabaseWait database;
    private final String management;

    NotServingYet(DatabaseWait database,
            @Value("${management.endpoints.web.base-path:/actuator}") String management) {
        this.database = database;
        this.management = management;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        return database.isOver() || path.startsWith(management + "/") || PROBES.contains(path);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        String accepted = request.getHeader(HttpHeaders.ACCEPT);
        if (accepted == null || !accepted.contains(MediaType.TEXT_HTML_VALUE)) {
            Problems.write(response, Problems.of(HttpStatus.SERVICE_UNAVAILABLE, "starting", "The node is starting",
                    WORDS));
            return;
        }
        // A browser's: it asks again by itself, and its reader has nothing to do.
        response.setHeader("Refresh", RETRY_SECONDS);
        response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
        response.setContentType(MediaType.TEXT_PLAIN_VALUE);
        response.setCharacterEncoding("UTF-8");
        response.getWriter().write(WORDS);
    }
}

package io.agentdb.sync.web.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what a browser sends for a page of somebody else's and {@code Origin} does not tell: requests without one
 * (Fetch Metadata), and, while the API is open, names that another may let point here (DNS rebinding).
 */
final class ForeignPages extends OncePerRequestFilter {

    private static final Set<String> FOREIGN = Set.of("cross-site", "same-site");

    private final AdminRefusals refusals;
    private final boolean open;
    private final List<String> hosts;

    ForeignPages(AdminSettings settings, AdminRefusals refusals) {
        this.refusals = refusals;
        this.open = settings.open();
        this.hosts = settings.hosts();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // A link that somebody follows is a navigation of the whole window; an image or a frame is not.
        if (FOREIGN.contains(header(request, "Sec-Fetch-Site"))
                && !(header(request, "Sec-Fetch-Mode").equals("navigate")
                        && header(request, "Sec-Fetch-Dest").equals("document"))) {
            refusals.foreign(response, "A page of another site may not use this API.");
        } else if (open && !ours(header(request, HttpHeaders.HOST))) {
            refusals.foreign(
                    response, "While agentdb.admin.open lets everybody in, this API answers under an address, a name"
                    + " without" + " a dot, or a name of agentdb.admin.hosts.");
        } else {
            chain.doFilter(request, response);
        }
    }

    /**
     * The header itself: what a proxy says of it, a page could say too. Nobody can let an address or a local name point
     * elsewhere.
     */
    private boolean ours(String host) {
        String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        return !name.contains(".") || name.matches("[0-9.]+") || name.startsWith("[") || name.endsWith(".localhost")
                || hosts.stream().anyMatch(name::equalsIgnoreCase);
    }

    private static String header(HttpServletRequest request, String name) {
        String value = request.getHeader(name);
        return value == null ? "" : value;
    }
}

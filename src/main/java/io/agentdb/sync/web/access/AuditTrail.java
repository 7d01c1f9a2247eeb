package io.agentdb.sync.web.access;

import io.agentdb.sync.admission.Audit;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Notes who changes how the node works: its peers, decisions of conflicts, blocked clients, restamped records. Memory
 * content is not audited.
 */
@Component
public class AuditTrail implements HandlerInterceptor, WebMvcConfigurer {

    /** Of a request that has changed nothing, though its method is none that reads. */
    private static final String READ = AuditTrail.class.getName() + ".read";
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final Audit audit;

    AuditTrail(Audit audit) {
        this.audit = audit;
    }

    /** For an endpoint of which the body decides whether it changes anything: this one does not. */
    public static void onlyRead(HttpServletRequest request) {
        request.setAttribute(READ, true);
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/peers/**", "/invitations/**", "/conflicts/**",
                "/quarantine/**", "/nodes/**", "/blocked/**", "/connections/**", "/sync/auto", "/sync/runs/*",
                "/*/*/restamp", "/ui/peers/**", "/ui/invitations/**", "/ui/join",
                "/ui/conflicts/**", "/ui/quarantine/**", "/ui/nodes/**", "/ui/blocked/**", "/ui/connections/**",
                "/ui/sync/auto", "/ui/sync/runs/**");
    }

    @Override
    public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
            @Nullable Exception failure) {
        if (!READING.contains(request.getMethod()) && request.getAttribute(READ) == null) {
            audit.record("changed", request.getRemoteUser() == null ? "anybody" : request.getRemoteUser(),
                    Map.of("method", request.getMethod(), "path", request.getRequestURI(), "status",
                            response.getStatus(), "from", request.getRemoteAddr()));
        }
    }
}

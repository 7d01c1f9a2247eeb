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
class AuditTrail implements HandlerInterceptor, WebMvcConfigurer {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final Audit audit;

    AuditTrail(Audit audit) {
        this.audit = audit;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/peers/**", "/conflicts/**", "/quarantine/**", "/nodes/**",
                "/blocked/**", "/connections/**", "/sync/auto", "/*/*/restamp");
    }

    @Override
    public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
            @Nullable Exception failure) {
        if (!READING.contains(request.getMethod())) {
            audit.record("changed", request.getRemoteUser() == null ? "anybody" : request.getRemoteUser(),
                    Map.of("method", request.getMethod(), "path", request.getRequestURI(), "status",
                            response.getStatus(), "from", request.getRemoteAddr()));
        }
    }
}

package io.agentdb.sync.web.access;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.web.access.AdminSettings.Role;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.filter.CorsFilter;

/**
 * Who may use the pages under {@code /ui}: the same users as of the REST API, by a cookie. The API takes no cookie and
 * the pages take nothing else, so that neither opens the other.
 */
@Configuration(proxyBeanMethods = false)
class PageSecurity {

    private static final String CONTENT =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
            + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    @Bean
    PageAccess pageAccess(AdminLogin login, PageKey keys, AdminSettings settings, LocalNode self) {
        return new PageAccess(login, keys, settings, self);
    }

    @Bean
    @Order(1)
    SecurityFilterChain pages(HttpSecurity http, AdminSettings settings, PageAccess access, AdminRefusals foreign) {
        PageRefusals refusals = new PageRefusals();
        // A browser names the origin of each form that it sends; what another has made is refused, and with it CSRF.
        CorsFilter sameOrigin = new CorsFilter(request -> new CorsConfiguration());
        sameOrigin.setCorsProcessor(foreign);
        http.securityMatcher(PageSecurity::isForPages).csrf(AbstractHttpConfigurer::disable).addFilter(sameOrigin)
                .addFilterBefore(new ForeignPages(settings, foreign), CorsFilter.class)
                .addFilterBefore(access.filter(), AnonymousAuthenticationFilter.class)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(AbstractHttpConfigurer::disable).logout(AbstractHttpConfigurer::disable)
                .exceptionHandling(errors -> errors.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                // Without a referrer, a browser would not say either of which origin a form is.
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN)))
                .authorizeHttpRequests(requests -> requests
                        .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR).permitAll()
                        .requestMatchers(PageRefusals.SIGN_IN, "/ui/assets/**", "/").permitAll()
                        .requestMatchers("/ui/logout").hasRole(Role.VIEWER.name())
                        .requestMatchers(HttpMethod.GET).hasRole(Role.VIEWER.name())
                        .requestMatchers(HttpMethod.HEAD).hasRole(Role.VIEWER.name())
                        .anyRequest().hasRole(Role.OPERATOR.name()));
        if (settings.open()) {
            http.anonymous(anybody -> anybody.principal("anybody").authorities("ROLE_OPERATOR", "ROLE_VIEWER"));
        }
        return http.build();
    }

    /** The root as well, of a browser: whoever asks it for JSON is a caller of the API. */
    private static boolean isForPages(HttpServletRequest request) {
        Object failed = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        String path = failed == null ? request.getRequestURI() : failed.toString();
        String accepted = request.getHeader(HttpHeaders.ACCEPT);
        return path.equals("/ui") || path.startsWith("/ui/")
                || path.equals("/") && accepted != null && accepted.contains("text/html");
    }
}

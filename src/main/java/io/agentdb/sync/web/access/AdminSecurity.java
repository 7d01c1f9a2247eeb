package io.agentdb.sync.web.access;

import io.agentdb.sync.admission.AccessFailure;
import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.home.KeptSecret;
import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.web.access.AdminSettings.Role;
import io.agentdb.sync.web.access.AdminSettings.User;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.authentication.AuthenticationFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.filter.CorsFilter;

/**
 * Who may use the REST API, its pages and the actuator: viewers and operators, by HTTP Basic or bearer token, without
 * sessions.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@EnableConfigurationProperties(AdminSettings.class)
public class AdminSecurity {

    private static final Logger log = LoggerFactory.getLogger(AdminSecurity.class);
    /** What Swagger's page needs, and nothing else; it styles its elements in line. */
    private static final String CONTENT =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    @Bean
    AdminLogin adminLogin(AdminSettings settings, Optional<NodeHome> home, Audit audit) {
        List<User> users = settings.users().isEmpty() && !settings.open() ? List.of(own(home.flatMap(NodeHome::kept)))
                : settings.users();
        return new AdminLogin(users, settings.maxFailedLoginsPerMinute(), audit);
    }

    /** Each filter of each request would be measured by itself, which takes as long as all of them. */
    @Bean
    SecurityObservationSettings requestsAreMeasuredAsAWhole() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    AdminRefusals adminRefusals(MeterRegistry registry) {
        return new AdminRefusals(registry);
    }

    @Bean
    SecurityFilterChain admin(HttpSecurity http, AdminSettings settings, AdminLogin login, AdminRefusals refusals) {
        // Browsers send Basic credentials along with whatever any page asks for. An empty configuration refuses every
        // request of another origin, simple ones too, so that there is neither CORS nor a way for CSRF; and no token is
        // needed that curl would have to fetch.
        CorsFilter sameOrigin = new CorsFilter(request -> new CorsConfiguration());
        sameOrigin.setCorsProcessor(refusals);
        http.csrf(AbstractHttpConfigurer::disable).addFilter(sameOrigin)
                .addFilterBefore(new ForeignPages(settings, refusals), CorsFilter.class)
                .addFilterBefore(filter(login, refusals), AnonymousAuthenticationFilter.class)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(AbstractHttpConfigurer::disable).logout(AbstractHttpConfigurer::disable)
                .exceptionHandling(errors -> errors.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)))
                .authorizeHttpRequests(requests -> {
                    requests.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR).permitAll();
                    if (settings.healthOpen()) {
                        requests.requestMatchers(EndpointRequest.to(HealthEndpoint.class)).permitAll();
                    }
                    if (settings.prometheusOpen()) {
                        requests.requestMatchers(EndpointRequest.to(PrometheusScrapeEndpoint.class)).permitAll();
                    }
                    // Each tool asks for itself whether a viewer may use it.
                    requests.requestMatchers("/mcp").hasRole(Role.VIEWER.name())
                            // The body says whether it is only a preview; see SignedIn.operating().
                            .requestMatchers(HttpMethod.POST, "/conflicts/resolutions").hasRole(Role.VIEWER.name())
                            .requestMatchers(HttpMethod.GET).hasRole(Role.VIEWER.name())
                            .requestMatchers(HttpMethod.HEAD).hasRole(Role.VIEWER.name())
                            // What is asked for decides: see SignedIn.operating(). A ping changes nothing.
                            .requestMatchers(HttpMethod.POST, "/sync", "/peers/*/verify", "/peers/*/ping")
                            .hasRole(Role.VIEWER.name())
                            .anyRequest().hasRole(Role.OPERATOR.name());
                });
        if (settings.open()) {
            http.anonymous(anybody -> anybody.principal("anybody").authorities("ROLE_OPERATOR", "ROLE_VIEWER"));
        }
        return http.build();
    }

    private static AuthenticationFilter filter(AdminLogin login, AdminRefusals refusals) {
        AuthenticationFilter filter = new AuthenticationFilter(login, new AdminCredentials());
        // By default it would redirect to a page.
        filter.setSuccessHandler((request, response, who) -> { });
        filter.setFailureHandler(refusals::commence);
        return filter;
    }

    private static User own(Optional<Path> place) {
        if (place.isEmpty()) {
            String password = KeptSecret.random();
            log.warn(KeptSecret.TOLD, "The REST API's user is 'operator' with the password {} until the next start: set"
                    + " agentdb.admin.users to keep one", password);
            return new User("operator", password, null, Role.OPERATOR);
        }
        try {
            KeptSecret own = KeptSecret.in(place.get().resolve(NodeHome.ADMIN_PASSWORD));
            if (own.made()) {
                log.warn(KeptSecret.TOLD, "The REST API's user is 'operator' with the password {}, which is kept in {}"
                        + " and not shown again", own.secret(), own.file());
            } else {
                log.info("The REST API's user is 'operator' with the password in {}", own.file());
            }
            return new User("operator", own.secret(), null, Role.OPERATOR);
        } catch (UncheckedIOException e) {
            throw new AccessFailure(e.getMessage() + ": make it readable and writable, or set agentdb.admin.users", e);
        }
    }
}

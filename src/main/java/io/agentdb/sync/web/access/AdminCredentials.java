package io.agentdb.sync.web.access;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.security.web.authentication.WebAuthenticationDetailsSource;
import org.springframework.security.web.authentication.www.BasicAuthenticationConverter;

/** What a request shows: HTTP Basic (RFC 7617), a bearer token (RFC 6750), or nothing. */
final class AdminCredentials implements AuthenticationConverter {

    private static final String BEARER = "Bearer ";

    private final WebAuthenticationDetailsSource details = new WebAuthenticationDetailsSource();
    private final BasicAuthenticationConverter basic = new BasicAuthenticationConverter(details);

    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return basic.convert(request);
        }
        AbstractAuthenticationToken bearer = AdminLogin.bearer(header.substring(BEARER.length()).strip());
        bearer.setDetails(details.buildDetails(request));
        return bearer;
    }
}

package io.agentdb.sync.web.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * What a page's reader gets who may not: the sign-in page, or a page that says why. Never
 * {@code WWW-Authenticate}: a browser answers that with a dialog which nobody can leave.
 */
final class PageRefusals implements AuthenticationEntryPoint, AccessDeniedHandler {

    static final String SIGN_IN = "/ui/login";

    private static final String HTMX = "HX-Request";

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException why) {
        String place = SIGN_IN;
        if (request.getMethod().equals("GET") && request.getHeader(HTMX) == null
                && request.getRequestURI().startsWith("/ui/")) {
            String asked = request.getQueryString() == null ? request.getRequestURI()
                    : request.getRequestURI() + "?" + request.getQueryString();
            place += "?to=" + URLEncoder.encode(asked, StandardCharsets.UTF_8);
        } else if (request.getMethod().equals("POST")) {
            // Whoever sends a form has been signed in before, and would take it for sent.
            place += "?lost";
        }
        if (request.getHeader(HTMX) != null) {
            response.setStatus(HttpStatus.UNAUTHORIZED.value());
            response.setHeader("HX-Redirect", place);
        } else {
            response.setStatus(HttpStatus.SEE_OTHER.value());
            response.setHeader(HttpHeaders.LOCATION, place);
        }
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException why)
            throws IOException {
        response.sendError(HttpStatus.FORBIDDEN.value(),
                "A viewer may only look. This takes an operator; nothing was changed.");
    }
}

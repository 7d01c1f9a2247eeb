package io.agentdb.sync.ui;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Who looks at a page.
 *
 * @param operator whether it may change anything
 * @param open whether anybody is one
 */
public record Visitor(String name, boolean operator, boolean open) {

    public static Visitor of(HttpServletRequest request, boolean open) {
        String name = request.getRemoteUser();
        return new Visitor(name == null ? "anybody" : name, open || request.isUserInRole("OPERATOR"), open);
    }
}

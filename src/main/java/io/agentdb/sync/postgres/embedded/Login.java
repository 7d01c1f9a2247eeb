package io.agentdb.sync.postgres.embedded;

/** A role of the embedded server, and its password. */
record Login(String user, String password) {

    /** Without the password. */
    @Override
    public String toString() {
        return "Login[" + user + "]";
    }
}

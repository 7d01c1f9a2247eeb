package io.agentdb.sync.cli;

import java.lang.reflect.InvocationTargetException;

/** Where the jar begins: with the command line, or with Spring Boot's launcher, which starts a node. */
public final class Launcher {

    private static final String PACKED = "org.springframework.boot.loader.launch.JarLauncher";
    private static final String UNPACKED = "io.agentdb.sync.SyncNodeApplication";

    private Launcher() {
    }

    public static void main(String[] arguments) throws Throwable {
        // With it, Spring Boot's launcher unpacks the jar.
        if (System.getProperty("jarmode") == null && Verbs.answers(arguments)) {
            System.exit(Commands.run(arguments));
        }
        try {
            node().getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static Class<?> node() throws ClassNotFoundException {
        try {
            return Class.forName(PACKED);
        } catch (ClassNotFoundException e) {
            return Class.forName(UNPACKED);
        }
    }
}

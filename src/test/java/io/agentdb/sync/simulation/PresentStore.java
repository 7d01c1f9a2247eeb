package io.agentdb.sync.simulation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;

/**
 * A node's store, whichever it is at the moment of a call: a database may go back in time under a process that goes on,
 * and whatever that process has begun meets another one.
 */
final class PresentStore {

    private PresentStore() {
    }

    /** @return implements all of the ports that the store does */
    static Object of(Supplier<?> store) {
        return Proxy.newProxyInstance(PresentStore.class.getClassLoader(), store.get().getClass().getInterfaces(),
                (proxy, method, arguments) -> {
                    try {
                        return method.invoke(store.get(), arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}

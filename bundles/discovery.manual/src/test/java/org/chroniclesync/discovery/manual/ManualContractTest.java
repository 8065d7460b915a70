// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.manual;

import java.lang.reflect.Proxy;
import org.chroniclesync.testkits.discovery.DiscoveryContract;

/** The rules of rooms do not apply: here a person introduces the peers. */
class ManualContractTest extends DiscoveryContract {
  @Override
  protected Provided provide() {
    ManualDiscovery discovery = new ManualDiscovery(defaults());
    return new Provided(discovery, discovery::leave);
  }

  private static Config defaults() {
    return (Config)
        Proxy.newProxyInstance(
            Config.class.getClassLoader(),
            new Class<?>[] {Config.class},
            (proxy, method, arguments) -> method.getDefaultValue());
  }
}

// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.time.Clock;
import java.util.Map;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryProvider;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Registers the discovery where it is enabled. Public only because the component runtime makes it.
 */
@DiscoveryProvider(name = MdnsComponent.NAME)
@Component(
    configurationPid = MdnsComponent.PID,
    service = {},
    immediate = true)
@Designate(ocd = Config.class)
public final class MdnsComponent {
  static final String PID = "org.chroniclesync.discovery.mdns";
  static final String NAME = "mdns";

  private final @Nullable Registered registered;

  private record Registered(MdnsDiscovery discovery, ServiceRegistration<Discovery> service) {}

  @Activate
  public MdnsComponent(BundleContext context, Config config) {
    Settings settings = Settings.of(config);
    registered = settings.enabled() ? register(context, settings) : null;
  }

  private static Registered register(BundleContext context, Settings settings) {
    MdnsDiscovery discovery = new MdnsDiscovery(settings, Clock.systemUTC());
    Map<String, Object> properties =
        Map.of(Discovery.NAME_PROPERTY, NAME, Discovery.NODES_ONLY_PROPERTY, true);
    return new Registered(
        discovery,
        context.registerService(
            Discovery.class, discovery, FrameworkUtil.asDictionary(properties)));
  }

  @Deactivate
  void leave() {
    if (registered != null) {
      registered.service().unregister();
      registered.discovery().leave();
    }
  }
}

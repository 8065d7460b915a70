// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.chroniclesync.support.services.CommandServices;
import org.osgi.service.component.annotations.Component;

/** What the actions ask. Public only because the component runtime makes it. */
@Component(service = KarafServices.class)
public final class KarafServices extends CommandServices {}

// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import org.chroniclesync.support.services.CommandServices;
import org.osgi.service.component.annotations.Component;

/** What the commands ask. Public only because the component runtime makes it. */
@Component(service = ShellServices.class)
public final class ShellServices extends CommandServices {}

// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import org.chroniclesync.support.services.NodeServices;
import org.osgi.service.component.annotations.Component;

/** The parts of the node. Public only because the component runtime makes it. */
@Component(service = Parts.class)
public final class Parts extends NodeServices {}

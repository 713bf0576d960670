"""Several gateways on one catalogue, store and vault, behind HAProxy; the database with a synchronous standby if wanted.

    with ManyGateways(standby=True) as lab:
        receipt = lab.recorder.push(calls.metadata(), voice).json()     # through the balancer
        again = lab.at(2).recorder.push(...)                            # at the third gateway
"""

import contextlib
import time

from lab.balancer import Balancer
from lab.cluster import Cluster
from lab.configuration import merged, toml, write_private
from lab.gateway import Gateway, free_ports
from lab.lab import Lab, guard, wait_until

# What the balancer needs to notice: two checks of half a second, and what a busy machine adds.
DRAIN = "3 s"


class ManyGateways(Lab):
    """As Lab, with `count` gateways. `port` is the balancer's; `gateway` and the command line are the first one's."""

    def __init__(self, count=3, *, standby=False, **how):
        super().__init__(**how)
        self.other_cluster = Cluster(self.folder / "postgres-2") if standby else None
        ports = free_ports(2 * count)
        self.gateways = []
        for number in range(count):
            name = self.folder / f"gateway-{number + 1}"
            gateway = Gateway(self.programs / "callvault", name.with_suffix(".toml"), name.with_suffix(".log"),
                              ports[2 * number], self.authority.own.certificate)
            gateway.metrics_port = ports[2 * number + 1]
            self.gateways.append(gateway)
        self.balancer = Balancer(self.folder / "haproxy", self.port, [one.port for one in self.gateways],
                                 self.authority.own.certificate)
        self.gateway = self.gateways[0]
        self.configuration, self.log = self.gateway.configuration, self.gateway.log
        self.metrics_port = self.gateway.metrics_port

    # -- life ---------------------------------------------------------------------------------------------------------

    def prepare(self):
        """Everything but the gateways: clusters, store, vault, configurations."""
        if self.other_cluster and not self.cluster.exists():
            self.cluster.create()
            self.follow()
        super().prepare()

    def follow(self):
        """Makes the other cluster a standby of the primary, and commits wait for it from then on."""
        self.other_cluster.follow(self.cluster)
        self.cluster.commit_on_both(True)
        wait_until("a synchronous standby", self.cluster.has_synchronous_standby)

    def fail_over(self, behind=0.0):
        """kill -9 of the primary, after it sent nothing to the standby for `behind` seconds; the standby becomes the primary,
        alone."""
        if behind:
            self.cluster.stall_standbys()
            time.sleep(behind)
        self.cluster.kill()
        self.cluster, self.other_cluster = self.other_cluster, self.cluster
        self.cluster.promote()

    def start(self):
        """All of it; returns when the balancer sees every gateway."""
        super().start()  # the first gateway makes keys and tables; the others find them
        for gateway in self.gateways[1:]:
            gateway.spawn(**self.environment)
        for gateway in self.gateways[1:]:
            gateway.wait_ready(120)
        self.balancer.start()
        self.all_up()

    def all_up(self, seconds=30):
        """Waits until the balancer sends requests to every gateway."""
        wait_until("all gateways up", lambda: all(state.startswith("UP") for state in self.balancer.states().values()),
                   seconds)

    def close(self):
        """Ends all of it."""
        self.balancer.close()
        for gateway in self.gateways[1:]:
            with contextlib.suppress(Exception):
                gateway.kill()
        if self.other_cluster:
            with contextlib.suppress(Exception):
                self.other_cluster.remove()
        super().close()

    def _guard(self):
        return guard(self.folder, [one for one in (self.cluster, self.other_cluster) if one])

    # -- configuration ------------------------------------------------------------------------------------------------

    def configure(self, **changes):
        """Writes the configuration of every gateway."""
        self.settings = merged(self.settings, changes)
        (self.folder / "objects").mkdir(exist_ok=True, mode=0o700)
        for gateway in self.gateways:
            own = {"server": {"port": gateway.port, "metrics_port": gateway.metrics_port,
                              "socket": str(self._socket_of(gateway))}}
            write_private(gateway.configuration, toml(merged(merged(self._sections(), own), self.settings)))

    def _sections(self):
        others = [self.other_cluster] if self.other_cluster else []
        return merged(super()._sections(), {"database": {"url": self.cluster.connection(others=others)},
                                            "limits": {"drain": DRAIN}})

    def _socket_of(self, gateway):
        return self.socket.with_name(f"{gateway.port}.sock")

    # -- callers ------------------------------------------------------------------------------------------------------

    def at(self, number):
        """The callers of this lab, at one gateway and not the balancer."""
        return AtGateway(self, self.gateways[number].port)

    def metrics_of(self, number):
        """The text of /metrics of one gateway."""
        self.metrics_port = self.gateways[number].metrics_port
        try:
            return self.metrics()
        finally:
            self.metrics_port = self.gateways[0].metrics_port


class AtGateway:
    """Callers as Lab has them, at one port."""

    def __init__(self, lab, port):
        self._lab, self._port = lab, port

    @property
    def recorder(self):
        """The telephony platform."""
        return self.moved(self._lab.recorder)

    def person(self, *words, **how):
        """A person with a token."""
        return self.moved(self._lab.person(*words, **how))

    def moved(self, client):
        """The same caller here."""
        client.port = self._port
        return client

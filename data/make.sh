#!/bin/bash
# Makes data/captures again: real exporters see the generated traffic and export it; we keep what they send.
# Needs root (network namespaces), Node 20 and, on Debian 12:
#   apt-get install nfdump softflowd pmacct openvswitch-switch tcpdump tcpreplay
# Touches nothing outside data/captures, a temporary folder and two network namespaces of its own.
# Usage: data/make.sh
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
out=$here/captures
work=$(mktemp -d /tmp/flowsieve-captures.XXXXXX)
exporter=flowsieve-exporter
collector=flowsieve-collector

# tcpdump gives up root before it writes
chmod 777 "$work"
mkdir -p "$out"
rm -f "$out"/*
cleanup() {
  for pid in "$work"/*.pid; do [[ -s $pid ]] && kill "$(cat "$pid")" 2>/dev/null || true; done
  ip netns del $exporter 2>/dev/null || true
  ip netns del $collector 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

ip netns add $exporter
ip netns add $collector
for ns in $exporter $collector; do
  ip netns exec $ns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  ip -n $ns link set lo up
done
ip link add fs-export netns $exporter type veth peer name fs-collect netns $collector
ip -n $collector addr add 10.0.0.1/24 dev fs-collect
ip -n $collector link set fs-collect up
ip -n $exporter link set fs-export up

# as ADDRESS: the exporter's address from here on
as() {
  ip -n $exporter addr flush dev fs-export
  ip -n $exporter addr add "$1/24" dev fs-export
}

# collect NAME PORT: from here until `collected`, what arrives at PORT goes to NAME.pcap and, through nfcapd, to nfcapd-NAME/
collect() {
  mkdir "$work/nfcapd-$1"
  ip netns exec $collector tcpdump -i fs-collect -n -B 16384 -U -w "$work/$1.pcap" "udp dst port $2" 2>/dev/null &
  echo $! >"$work/tcpdump-$1.pid"
  # shellcheck disable=SC2086
  ip netns exec $collector nfcapd -b 10.0.0.1 -p "$2" -w "$work/nfcapd-$1" -t 86400 -B 4000000 ${3:-} >"$work/nfcapd-$1.log" 2>&1 &
  echo $! >"$work/nfcapd-$1.pid"
  sleep 1
}
collected() {
  sleep 2
  for name in "$@"; do
    for role in tcpdump nfcapd; do
      kill -INT "$(cat "$work/$role-$name.pid")"
      wait "$(cat "$work/$role-$name.pid")" || true
      rm "$work/$role-$name.pid"
    done
    grep '^Ident' "$work/nfcapd-$name.log" | sed "s/^/$name: /"
  done
}
keep() { install -m 644 "$work/$1" "$out/$2"; }

# count NFCAPD-FOLDER NAME: a line per C2 server in counts.tsv: the capture, the C2's prefix, its flows by nfdump's count
count() {
  for c2 in 203.0.113.10/32 198.51.100.77/32 2001:db8:c2:1::10/128 203.0.113.128/29 198.51.100.200/32 203.0.113.66/32 \
    198.51.100.210/32; do
    printf '%s\t%s\t%s\n' "$2" "$c2" \
      "$(nfdump -q -R "$work/$1" -o 'fmt:%sa' "net $c2" | grep -c '[.:]' || true)" >>"$out/counts.tsv"
  done
  printf '%s\t%s\t%s\n' "$2" all "$(nfdump -q -R "$work/$1" -o 'fmt:%sa' | grep -c '[.:]')" >>"$out/counts.tsv"
}

# Both read the traffic as a file and keep its times
probe() { ip netns exec $exporter softflowd -d -a -r "$work/traffic.pcap" -n 10.0.0.1:2055 -c none -p "$work/softflowd.id" "$@" >/dev/null 2>&1; }
nfprobe() {
  printf '%s\n' 'daemonize: false' "pcap_savefile: $work/traffic.pcap" 'plugins: nfprobe' \
    'aggregate: src_host, dst_host, src_port, dst_port, proto, tos, tcpflags' \
    'nfprobe_receiver: 10.0.0.1:2055' "nfprobe_version: $1" >"$work/pmacctd.conf"
  ip netns exec $exporter pmacctd -f "$work/pmacctd.conf" >"$work/pmacctd.log" 2>&1 || true
}

node "$here/traffic.mjs" "$work/traffic.pcap"

# ---- softflowd
as 10.0.0.5
collect netflow5 2055 && probe -v 5 && collected netflow5
keep netflow5.pcap softflowd-netflow5.pcap
count nfcapd-netflow5 softflowd-netflow5.pcap
as 10.0.0.9
collect netflow9 2055 && probe -v 9 -6 && collected netflow9
keep netflow9.pcap softflowd-netflow9.pcap
count nfcapd-netflow9 softflowd-netflow9.pcap
as 10.0.0.10
collect ipfix 2055 && probe -v 10 -6 && collected ipfix
keep ipfix.pcap softflowd-ipfix.pcap
count nfcapd-ipfix softflowd-ipfix.pcap
as 10.0.0.11
collect biflow 2055 && probe -v 10 -6 -b -A milli && collected biflow
keep biflow.pcap softflowd-ipfix-biflow.pcap
count nfcapd-biflow softflowd-ipfix-biflow.pcap

# ---- nfprobe
as 10.0.0.19
collect nfprobe9 2055 && nfprobe 9 && collected nfprobe9
keep nfprobe9.pcap nfprobe-netflow9.pcap
count nfcapd-nfprobe9 nfprobe-netflow9.pcap
as 10.0.0.20
collect nfprobe10 2055 && nfprobe 10 && collected nfprobe10
keep nfprobe10.pcap nfprobe-ipfix.pcap
count nfcapd-nfprobe10 nfprobe-ipfix.pcap

# ---- openvswitch
# The userspace datapath; it stamps flows as it sees them, so 45 minutes of traffic are replayed in half a minute.
as 10.0.0.25
switch=$work/switch
mkdir "$switch"
export OVS_RUNDIR=$switch OVS_LOGDIR=$switch OVS_DBDIR=$switch OVS_SYSCONFDIR=$switch
for link in in out; do
  ip -n $exporter link add fs-$link type veth peer name fs-$link-sw
  ip -n $exporter link set fs-$link up
  ip -n $exporter link set fs-$link-sw up
done
ovsdb-tool create "$switch/conf.db" /usr/share/openvswitch/vswitch.ovsschema
ip netns exec $exporter ovsdb-server "$switch/conf.db" --remote=punix:"$switch/db.sock" --pidfile="$work/ovsdb.pid" --detach --log-file="$switch/db.log" 2>/dev/null
ip netns exec $exporter ovs-vswitchd unix:"$switch/db.sock" --disable-system --pidfile="$work/ovs.pid" --detach --log-file="$switch/switch.log" 2>/dev/null
vsctl() { ovs-vsctl --db=unix:"$switch/db.sock" --timeout=10 "$@" >/dev/null; }
vsctl add-br br0 -- set bridge br0 datapath_type=netdev -- add-port br0 fs-in-sw -- add-port br0 fs-out-sw
vsctl -- set bridge br0 netflow=@n -- --id=@n create netflow 'targets="10.0.0.1:2055"' active_timeout=30
vsctl -- set bridge br0 ipfix=@i -- --id=@i create ipfix 'targets="10.0.0.1:4739"' obs_domain_id=7 obs_point_id=1 \
  sampling=1 cache_active_timeout=30 cache_max_flows=4096
ovs-ofctl add-flow "unix:$switch/br0.mgmt" in_port=fs-in-sw,actions=output:fs-out-sw
node "$here/traffic.mjs" "$work/live.pcap" --minutes 45 --compress 90
collect ovs5 2055
collect ovs10 4739
ip netns exec $exporter tcpreplay -q -i fs-in "$work/live.pcap" >/dev/null
sleep 40 # until the last flows have aged out
collected ovs5 ovs10
keep ovs5.pcap openvswitch-netflow5.pcap
count nfcapd-ovs5 openvswitch-netflow5.pcap
keep ovs10.pcap openvswitch-ipfix.pcap
count nfcapd-ovs10 openvswitch-ipfix.pcap

# ---- nfcapd
as 10.0.0.9
for compression in uncompressed: lzo:-z bzip2:-j lz4:-y; do
  name=${compression%%:*}
  collect "$name" 2055 "${compression##*:}" && probe -v 9 -6 && collected "$name"
  keep "nfcapd-$name/$(ls "$work/nfcapd-$name")" "softflowd-netflow9.$name.nfcapd"
  count "nfcapd-$name" "softflowd-netflow9.$name.nfcapd"
done
TZ=UTC nfdump -r "$out/softflowd-netflow9.uncompressed.nfcapd" -o csv | gzip -9n >"$out/softflowd-netflow9.nfdump.csv.gz"

du -bc "$out"/* | tail -1

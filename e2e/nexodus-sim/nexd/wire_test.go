package main

import (
	"net/netip"
	"testing"

	"golang.zx2c4.com/wireguard/conn"
)

// A token that the server's own code sealed, and its key.
const (
	sealedFor   = "cFcbvd30clWqTIHRDT6I1A6oawtIgOk0ggWMM/WXI3A="
	sealedToken = "djE=:11CIcRdecady3Gei92iBSAaULIQSsEzCpdf6H36IzhA=:Mo2O3bbv6XWJ-YrbDfWxvI2LED8M0NY8sB8="
)

func TestSealedTokens(t *testing.T) {
	key, err := parseKey(sealedFor)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := openSealed(key, sealedToken); err != nil || text != "DT:a token" {
		t.Error(text, err)
	}
	for _, sealed := range []string{"", "a:b", "djI=:AA==:AA==", sealedToken[:len(sealedToken)-8] + "AAAAAAA="} {
		if text, err := openSealed(key, sealed); err == nil {
			t.Errorf("%s opened: %s", sealed, text)
		}
	}
}

func TestAnswersOfStun(t *testing.T) {
	answer := []byte{
		1, 1, 0, 24, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
		0x80, 0x22, 0, 5, 'a', 'b', 'c', 'd', 'e', 0, 0, 0, // another attribute, padded
		0, 0x20, 0, 8, 0, 1, 0x21 ^ 0x04, 0x12 ^ 0xd2, 0x21 ^ 192, 0x12 ^ 0, 0xa4 ^ 2, 0x42 ^ 1,
	}
	if got, ok := mappedAddress(answer); !ok || got != netip.MustParseAddrPort("192.0.2.1:1234") {
		t.Error(got, ok)
	}
	for _, length := range []int{0, 19, 40} {
		if got, ok := mappedAddress(answer[:length]); ok {
			t.Errorf("%d bytes: %s", length, got)
		}
	}
}

func TestTheInterfaceOfTheDefaultRoute(t *testing.T) {
	routes := "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\nlan0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\nwan0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\n"
	if got := defaultInterface(routes); got != "wan0" {
		t.Error(got)
	}
}

// oneBind always has a packet to receive, and counts those that are sent.
type oneBind struct {
	conn.Bind
	sent int
}

func (b *oneBind) Open(uint16) ([]conn.ReceiveFunc, uint16, error) {
	return []conn.ReceiveFunc{func(_ [][]byte, sizes []int, _ []conn.Endpoint) (int, error) {
		sizes[0] = 100
		return 1, nil
	}}, 1, nil
}

func (b *oneBind) Send([][]byte, conn.Endpoint) error {
	b.sent++
	return nil
}

func TestACutTunnelCarriesNothingInEitherDirection(t *testing.T) {
	below := &oneBind{}
	bind := &cutBind{Bind: below}
	functions, _, _ := bind.Open(0)
	for _, cut := range []bool{false, true, false} {
		bind.cut.Store(cut)
		sizes := make([]int, 1)
		before := below.sent
		_, _ = functions[0](nil, sizes, nil)
		_ = bind.Send(nil, nil)
		if (sizes[0] == 0) != cut || (below.sent == before) != cut {
			t.Errorf("cut %v: received %d bytes, sent %d packets", cut, sizes[0], below.sent-before)
		}
	}
}

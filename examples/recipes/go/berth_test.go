package reservations

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	ecs "github.com/alibabacloud-go/ecs-20140526/v7/client"
	"github.com/alibabacloud-go/tea/tea"
)

// start gives a test a Berth of its own and a client of it.
func start(t *testing.T) *ecs.Client {
	t.Helper()
	program := os.Getenv("BERTH")
	if program == "" {
		program = "berth"
	}
	// --seed: the ids of a test are the same in every run.
	server := exec.Command(program, "dev", "--listen", "127.0.0.1:0", "--seed", "1", "--output", "json")
	server.Stderr = os.Stderr
	output, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(os.Interrupt)
		server.Wait()
	})
	// One line, once it serves; none if it ended, which it has given the reason for on its standard error.
	line, err := bufio.NewReader(output).ReadBytes('\n')
	if err != nil {
		t.Fatal("berth dev ended: ", err)
	}
	var berth struct {
		Address string `json:"address"`
		KeyID   string `json:"key_id"`
		Secret  string `json:"secret"`
		Region  string `json:"region"`
	}
	if err := json.Unmarshal(line, &berth); err != nil {
		t.Fatal(err)
	}
	client, err := ecs.NewClient(&openapi.Config{
		AccessKeyId:     tea.String(berth.KeyID),
		AccessKeySecret: tea.String(berth.Secret),
		Endpoint:        tea.String(berth.Address),
		Protocol:        tea.String("http"),
		RegionId:        tea.String(berth.Region),
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestAReservationIsListedUntilItIsReleased(t *testing.T) {
	client := start(t)
	region := tea.String("cn-hangzhou")
	made, err := client.CreateCapacityReservation(&ecs.CreateCapacityReservationRequest{
		RegionId:       region,
		ZoneId:         []*string{tea.String("cn-hangzhou-h")},
		InstanceType:   tea.String("ecs.g6.large"),
		InstanceAmount: tea.Int32(2),
	})
	if err != nil {
		t.Fatal(err)
	}
	count := func() int32 {
		listed, err := client.DescribeCapacityReservations(&ecs.DescribeCapacityReservationsRequest{RegionId: region})
		if err != nil {
			t.Fatal(err)
		}
		return tea.Int32Value(listed.Body.TotalCount)
	}
	if count() != 1 {
		t.Fatal("it is not listed")
	}
	pool := &ecs.ReleaseCapacityReservationRequestPrivatePoolOptions{Id: made.Body.PrivatePoolOptionsId}
	_, err = client.ReleaseCapacityReservation(&ecs.ReleaseCapacityReservationRequest{RegionId: region, PrivatePoolOptions: pool})
	if err != nil {
		t.Fatal(err)
	}
	if count() != 0 {
		t.Fatal("it is listed after its release")
	}
}

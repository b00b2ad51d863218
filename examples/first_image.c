#include <nbt/nbt.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  const char* const arguments[] = {"-default_F", "100", "-cell", "50", "60", "70", "-N", "10", "-detpixels", "512"};
  nbt_simulation* simulation = NULL;
  if (nbt_create(&simulation) != NBT_OK) return 1;

  int64_t fast = 0, slow = 0;
  float* photons = NULL;
  nbt_status status = nbt_set_arguments(simulation, 10, arguments);
  if (status == NBT_OK) status = nbt_get_image_size(simulation, 0, &fast, &slow);
  if (status == NBT_OK) photons = malloc(sizeof(float) * (size_t)(fast * slow));
  if (photons) status = nbt_run(simulation, 0, NBT_FLOAT32, photons, fast * slow, fast);

  if (status != NBT_OK) printf("%s\n", nbt_last_error(simulation));
  if (photons) printf("the pixel in the middle has %g photons\n", photons[(slow / 2) * fast + fast / 2]);
  free(photons);
  nbt_destroy(simulation);
  return status == NBT_OK ? 0 : 1;
}

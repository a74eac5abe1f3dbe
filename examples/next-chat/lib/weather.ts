/** A fake weather service. */
export async function lookUpWeather(city: string) {
  return { city, celsius: -3, sky: 'snow' }
}
